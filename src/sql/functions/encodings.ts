/** Hashes and encodings of texts and bytes. */
import { createHash } from "node:crypto";
import type { DataType } from "../../data/index.ts";
import { documented, plain, textType } from "./declare.ts";
import type { ScalarFunction } from "./function.ts";
import { isCharacter } from "./type-rules.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function hash(name: string, algorithm: string, digits: number, example: string): ScalarFunction {
  return plain(
    name,
    {
      pattern: "string",
      result: { kind: "char", length: digits, nullable: true },
      documentation: documented(
        "hash",
        `${name}(text)`,
        `Hash of the text's UTF-8 bytes, as ${digits} hexadecimal digits.`,
        `LEFT(${name}('abc'), 8)`,
        example,
      ),
    },
    ([text]) => createHash(algorithm).update(text, "utf8").digest("hex"),
  );
}

const bytesType: DataType = { kind: "varbinary", length: 2147483647, nullable: true };

function bufferOf(value: string | Uint8Array): Buffer {
  return typeof value === "string" ? Buffer.from(value, "utf8") : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

const hexadecimal: ScalarFunction = {
  kind: "scalar",
  name: "HEX",
  documentation: documented("string", "HEX(integer), HEX(text)", "Hexadecimal digits of a number, or of the text's bytes.", "HEX(255)", "FF"),
  resolve: ({ types }) => {
    const [type] = types;
    if (types.length !== 1) return `expects 1 argument, not ${types.length}`;
    if (isCharacter(type) || type.kind === "null")
      return { parameters: [isCharacter(type) ? type : textType], result: { ...textType, nullable: type.nullable } };
    if (["tinyint", "smallint", "integer", "bigint"].includes(type.kind))
      return { parameters: [{ kind: "bigint", nullable: type.nullable }], result: { ...textType, nullable: type.nullable } };
    return "expects an integer or a character string";
  },
  nulls: "strict",
  deterministic: true,
  evaluate: ([value]) =>
    typeof value === "bigint"
      ? BigInt.asUintN(64, value).toString(16).toUpperCase()
      : bufferOf(value as string)
          .toString("hex")
          .toUpperCase(),
};

const charsets: Record<string, string> = { "UTF-8": "utf8", "US-ASCII": "ascii", "ISO-8859-1": "latin1", "UTF-16LE": "utf16le" };

export const encodingFunctions: readonly ScalarFunction[] = [
  hash("MD5", "md5", 32, "90015098"),
  hash("SHA1", "sha1", 40, "a9993e36"),
  hash("SHA224", "sha224", 56, "23097d22"),
  hash("SHA256", "sha256", 64, "ba7816bf"),
  hash("SHA384", "sha384", 96, "cb00753f"),
  hash("SHA512", "sha512", 128, "ddaf35a1"),
  hexadecimal,
  plain(
    "TO_BASE64",
    {
      pattern: "string",
      result: textType,
      documentation: documented("string", "TO_BASE64(text)", "The text's bytes in base 64.", "TO_BASE64('hello')", "aGVsbG8="),
    },
    ([text]) => bufferOf(text).toString("base64"),
  ),
  plain(
    "FROM_BASE64",
    {
      pattern: "string",
      result: textType,
      documentation: documented("string", "FROM_BASE64(text)", "The text whose bytes stand in base 64.", "FROM_BASE64('aGVsbG8=')", "hello"),
    },
    ([text]) => Buffer.from(text, "base64").toString("utf8"),
  ),
  plain(
    "URL_ENCODE",
    {
      pattern: "string",
      result: textType,
      nullability: "always",
      documentation: documented("string", "URL_ENCODE(text)", "The text as a part of a form or query: spaces are +.", "URL_ENCODE('a b&c')", "a+b%26c"),
    },
    ([text]) => encodeForm(text),
  ),
  plain(
    "URL_DECODE",
    {
      pattern: "string",
      result: textType,
      nullability: "always",
      documentation: documented("string", "URL_DECODE(text)", "The text that URL_ENCODE made this of; NULL when it is none.", "URL_DECODE('a+b%26c')", "a b&c"),
    },
    ([text]) => decodeForm(text),
  ),
  plain(
    "ENCODE",
    {
      pattern: "string, string",
      result: bytesType,
      nullability: "always",
      documentation: documented(
        "string",
        "ENCODE(text, charset)",
        "The text's bytes in a charset such as UTF-8.",
        "DECODE(ENCODE('é', 'UTF-8'), 'UTF-8')",
        "é",
      ),
    },
    ([text, charset]) =>
      charsets[charset.toUpperCase()] === undefined ? null : new Uint8Array(Buffer.from(text, charsets[charset.toUpperCase()] as BufferEncoding)),
  ),
  plain(
    "DECODE",
    {
      pattern: "binary, string",
      result: textType,
      nullability: "always",
      documentation: documented("string", "DECODE(bytes, charset)", "The text of bytes in a charset.", "DECODE(ENCODE('abc', 'US-ASCII'), 'US-ASCII')", "abc"),
    },
    ([bytes, charset]) => (charsets[charset.toUpperCase()] === undefined ? null : bufferOf(bytes).toString(charsets[charset.toUpperCase()] as BufferEncoding)),
  ),
];

/** application/x-www-form-urlencoded: letters, digits and . - * _ stay. */
function encodeForm(text: string): string {
  let result = "";
  for (const byte of encoder.encode(text)) {
    const character = String.fromCharCode(byte);
    result += /[A-Za-z0-9.\-*_]/.test(character) ? character : character === " " ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return result;
}

function decodeForm(text: string): string | null {
  const bytes: number[] = [];
  for (let index = 0; index < text.length; index++) {
    if (text[index] === "%") {
      const digits = text.slice(index + 1, index + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return null;
      bytes.push(Number.parseInt(digits, 16));
      index += 2;
    } else bytes.push(...encoder.encode(text[index] === "+" ? " " : text[index]));
  }
  return decoder.decode(new Uint8Array(bytes));
}
