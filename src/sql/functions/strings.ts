/** Case, length, trimming, cutting, padding, joining of texts. */
import { stringType, type DataType } from "../../data/index.ts";
import { documented, intType, booleanType, plain, textType } from "./declare.ts";
import type { ScalarFunction } from "./function.ts";
import { isPlain, padText, positionOf, sliceText, substring, textLength, trimText } from "./texts.ts";
import { isCharacter } from "./type-rules.ts";

/** CHAR becomes VARCHAR of the same length. */
function varying([type]: readonly DataType[]): DataType {
  return isCharacter(type) ? { kind: "varchar", length: type.length, nullable: type.nullable } : stringType();
}
function same([type]: readonly DataType[]): DataType {
  return type;
}

const caseAndLength: readonly ScalarFunction[] = [
  plain(
    "UPPER",
    {
      pattern: "string",
      result: same,
      documentation: documented("string", "UPPER(text)", "The text in upper case.", "UPPER('Straw')", "STRAW"),
      emit: ([a]) => `${a}.toUpperCase()`,
    },
    ([a]) => a.toUpperCase(),
  ),
  plain(
    "LOWER",
    {
      pattern: "string",
      result: same,
      documentation: documented("string", "LOWER(text)", "The text in lower case.", "LOWER('StrAW')", "straw"),
      emit: ([a]) => `${a}.toLowerCase()`,
    },
    ([a]) => a.toLowerCase(),
  ),
  plain(
    "INITCAP",
    {
      pattern: "string",
      result: same,
      documentation: documented(
        "string",
        "INITCAP(text)",
        "Every word begins with a capital and goes on small; a word is letters and digits.",
        "INITCAP('hello wORLD')",
        "Hello World",
      ),
    },
    ([a]) => initCapitals(a),
  ),
  plain(
    "CHAR_LENGTH",
    {
      aliases: ["CHARACTER_LENGTH", "LENGTH"],
      pattern: "string",
      result: intType,
      documentation: documented("string", "CHAR_LENGTH(text)", "Number of characters (code points).", "CHAR_LENGTH('straße')", "6"),
    },
    ([a]) => textLength(a),
  ),
  plain(
    "OCTET_LENGTH",
    {
      pattern: "string",
      result: intType,
      documentation: documented("string", "OCTET_LENGTH(text)", "Number of bytes of the text in UTF-8.", "OCTET_LENGTH('straße')", "7"),
    },
    ([a]) => new TextEncoder().encode(a).length,
  ),
  plain(
    "REVERSE",
    {
      pattern: "string",
      result: textType,
      documentation: documented("string", "REVERSE(text)", "The characters from last to first.", "REVERSE('abc')", "cba"),
    },
    ([a]) => Array.from(a).reverse().join(""),
  ),
  plain(
    "ASCII",
    {
      pattern: "string",
      result: intType,
      documentation: documented("string", "ASCII(text)", "The first byte of the text, signed; 0 of an empty text.", "ASCII('abc')", "97"),
    },
    ([a]) => firstByte(a),
  ),
  plain(
    "CHR",
    {
      pattern: "bigint",
      result: textType,
      documentation: documented("string", "CHR(code)", "The character of the lowest eight bits of a number; empty for a negative one.", "CHR(97)", "a"),
    },
    ([a]: readonly bigint[]) => (a < 0n ? "" : String.fromCharCode(Number(a & 255n))),
  ),
];

function firstByte(text: string): number {
  if (text === "") return 0;
  const [byte] = new TextEncoder().encode(String.fromCodePoint(text.codePointAt(0)!));
  return (byte << 24) >> 24;
}

function initCapitals(text: string): string {
  let start = true;
  let result = "";
  for (const character of text) {
    const inWord = /[\p{L}\p{N}]/u.test(character);
    // Letters whose capital is two (ß), or that are capital in their own way (ǅ), stay.
    const capital = character.toUpperCase();
    result += !inWord || /\p{Lt}/u.test(character) ? character : start ? (capital.length > character.length ? character : capital) : character.toLowerCase();
    start = !inWord;
  }
  return result;
}

const cutting: readonly ScalarFunction[] = [
  plain(
    "SUBSTRING",
    {
      aliases: ["SUBSTR"],
      pattern: "string, int, [int]",
      result: varying,
      documentation: documented(
        "string",
        "SUBSTRING(text, start [, length])",
        "A part of the text; positions count from 1, negative ones from the end. Also SUBSTRING(text FROM start FOR length).",
        "SUBSTRING('streams', 2, 3)",
        "tre",
      ),
    },
    ([text, start, length]) => substring(text, start, length),
  ),
  plain(
    "LEFT",
    { pattern: "string, int", result: textType, documentation: documented("string", "LEFT(text, n)", "The first n characters.", "LEFT('streams', 3)", "str") },
    ([text, n]) => (n <= 0 ? "" : sliceText(text, 0, n)),
  ),
  plain(
    "RIGHT",
    { pattern: "string, int", result: textType, documentation: documented("string", "RIGHT(text, n)", "The last n characters.", "RIGHT('streams', 3)", "ams") },
    ([text, n]) => (n <= 0 ? "" : sliceText(text, -n)),
  ),
  plain(
    "TRIM",
    {
      pattern: "string, [string]",
      result: varying,
      documentation: documented(
        "string",
        "TRIM([BOTH | LEADING | TRAILING] [characters] FROM text), TRIM(text)",
        "The text without the given characters (spaces) at its ends.",
        "TRIM(LEADING '0' FROM '0070')",
        "70",
      ),
    },
    ([text, characters = " "], { parameter }) => trimText(text, (parameter as "BOTH" | "LEADING" | "TRAILING" | undefined) ?? "BOTH", characters),
  ),
  ...(["LTRIM", "RTRIM", "BTRIM"] as const).map((name) => {
    const side = name === "LTRIM" ? "LEADING" : name === "RTRIM" ? "TRAILING" : "BOTH";
    const ends = side === "BOTH" ? "both ends" : side === "LEADING" ? "the beginning" : "the end";
    const example = side === "BOTH" ? "a" : side === "LEADING" ? "axx" : "xxa";
    return plain(
      name,
      {
        pattern: "string, [string]",
        result: textType,
        documentation: documented(
          "string",
          `${name}(text [, characters])`,
          `The text without the given characters (spaces) at ${ends}.`,
          `${name}('xxaxx', 'x')`,
          example,
        ),
      },
      ([text, characters = " "]) => trimText(text, side, characters),
    );
  }),
  plain(
    "OVERLAY",
    {
      pattern: "string, string, int, [int]",
      result: textType,
      documentation: documented(
        "string",
        "OVERLAY(text PLACING part FROM start [FOR length])",
        "The text with a part put over it from a position on.",
        "OVERLAY('xxxxxtest' PLACING 'xxxx' FROM 6)",
        "xxxxxxxxx",
      ),
    },
    ([text, part, start, length = textLength(part)]) => {
      const total = textLength(text);
      if (start <= 0 || start > total) return text;
      return sliceText(text, 0, start - 1) + part + (start - 1 + length >= total || length < 0 ? "" : sliceText(text, start - 1 + length));
    },
  ),
  plain(
    "SPLIT_INDEX",
    {
      pattern: "string, string, int",
      result: textType,
      nullability: "always",
      documentation: documented(
        "string",
        "SPLIT_INDEX(text, separator, index)",
        "The part at an index, from 0, of the text cut at each separator; NULL when there are fewer parts.",
        "SPLIT_INDEX('a,b,c', ',', 1)",
        "b",
      ),
    },
    ([text, separator, index]) => (index < 0 || text === "" ? null : (text.split(separator)[index] ?? null)),
  ),
];

const joining: readonly ScalarFunction[] = [
  plain(
    "||",
    {
      pattern: "text, text",
      result: ([left, right]) => joinedType(left, right),
      documentation: documented("string", "a || b", "Both texts, one after the other; NULL when one is NULL.", "'a' || 'b'", "ab"),
      emit: ([a, b]) => `(${a} + ${b})`,
    },
    ([a, b]) => a + b,
  ),
  plain(
    "CONCAT",
    {
      pattern: "text...",
      result: textType,
      documentation: documented("string", "CONCAT(a, b, …)", "All texts, one after the other; NULL when one is NULL.", "CONCAT('a', 'b', 'c')", "abc"),
      emit: (values) => `("" + ${values.join(" + ")})`,
    },
    (values) => values.join(""),
  ),
  plain(
    "CONCAT_WS",
    {
      pattern: "text, text...",
      result: textType,
      custom: true,
      documentation: documented(
        "string",
        "CONCAT_WS(separator, a, b, …)",
        "The texts with a separator between them; NULLs are left out.",
        "CONCAT_WS('-', 'a', 'b')",
        "a-b",
      ),
    },
    ([separator, ...values]) => (separator === null ? null : values.filter((value) => value !== null).join(separator)),
  ),
  plain(
    "REPEAT",
    { pattern: "string, int", result: textType, documentation: documented("string", "REPEAT(text, n)", "The text n times.", "REPEAT('ab', 2)", "abab") },
    ([text, n]) => (n <= 0 ? "" : text.repeat(n)),
  ),
  plain(
    "LPAD",
    {
      pattern: "string, int, string",
      result: textType,
      nullability: "always",
      documentation: documented("string", "LPAD(text, length, filler)", "The text filled on the left, or cut, to a length.", "LPAD('7', 3, '0')", "007"),
    },
    ([text, length, filler]) => padText(text, length, filler, "left"),
  ),
  plain(
    "RPAD",
    {
      pattern: "string, int, string",
      result: textType,
      nullability: "always",
      documentation: documented("string", "RPAD(text, length, filler)", "The text filled on the right, or cut, to a length.", "RPAD('hi', 4, '??')", "hi??"),
    },
    ([text, length, filler]) => padText(text, length, filler, "right"),
  ),
];

function joinedType(left: DataType, right: DataType): DataType {
  const [a, b] = [left, right] as (DataType & { length: number })[];
  const length = Math.min(a.length + b.length, 2147483647);
  return { kind: left.kind === "char" && right.kind === "char" ? "char" : "varchar", length, nullable: true };
}

const searching: readonly ScalarFunction[] = [
  plain(
    "POSITION",
    {
      pattern: "string, string, [int]",
      result: intType,
      documentation: documented(
        "string",
        "POSITION(part IN text)",
        "Where the part first stands in the text, from 1; 0 when it does not.",
        "POSITION('b' IN 'abc')",
        "2",
      ),
    },
    ([part, text, from = 1]) => positionOf(text, part, from),
  ),
  plain(
    "LOCATE",
    {
      pattern: "string, string, [int]",
      result: intType,
      documentation: documented(
        "string",
        "LOCATE(part, text [, from])",
        "Where the part first stands in the text at or after a position; 0 when it does not.",
        "LOCATE('b', 'abcb', 3)",
        "4",
      ),
    },
    ([part, text, from = 1]) => positionOf(text, part, from),
  ),
  plain(
    "INSTR",
    {
      pattern: "string, string",
      result: intType,
      documentation: documented("string", "INSTR(text, part)", "Where the part first stands in the text; 0 when it does not.", "INSTR('abc', 'c')", "3"),
    },
    ([text, part]) => positionOf(text, part),
  ),
  plain(
    "REPLACE",
    {
      pattern: "string, string, string",
      result: textType,
      documentation: documented("string", "REPLACE(text, part, other)", "Every occurrence of the part replaced.", "REPLACE('a-b-c', '-', '+')", "a+b+c"),
    },
    ([text, part, other]) => text.replaceAll(part, () => other),
  ),
  plain(
    "TRANSLATE",
    {
      pattern: "string, string, string",
      result: textType,
      documentation: documented(
        "string",
        "TRANSLATE(text, from, to)",
        "Each character of `from` replaced by the one at its place in `to`, or removed when there is none.",
        "TRANSLATE('translate', 'rnlt', '123')",
        "1a2s3ae",
      ),
    },
    ([text, from, to]) => translate(text, from, to),
  ),
  plain(
    "STARTSWITH",
    {
      pattern: "string, string",
      result: booleanType,
      documentation: documented("string", "STARTSWITH(text, part)", "Whether the text begins with the part.", "STARTSWITH('abc', 'ab')", "TRUE"),
      emit: ([a, b]) => `${a}.startsWith(${b})`,
    },
    ([a, b]) => a.startsWith(b),
  ),
  plain(
    "ENDSWITH",
    {
      pattern: "string, string",
      result: booleanType,
      documentation: documented("string", "ENDSWITH(text, part)", "Whether the text ends with the part.", "ENDSWITH('abc', 'ab')", "FALSE"),
      emit: ([a, b]) => `${a}.endsWith(${b})`,
    },
    ([a, b]) => a.endsWith(b),
  ),
  plain(
    "ELT",
    {
      pattern: "int, string...",
      result: (types) => widest(types.slice(1)),
      nullability: "always",
      custom: true,
      documentation: documented("string", "ELT(index, a, b, …)", "The text at an index, from 1; NULL when there is none.", "ELT(2, 'a', 'b')", "b"),
    },
    ([index, ...values]) => (index === null ? null : (values[index - 1] ?? null)),
  ),
];

function widest(types: readonly DataType[]): DataType {
  return { kind: "varchar", length: Math.max(...types.map((type) => (isCharacter(type) ? type.length : 1))), nullable: true };
}

function translate(text: string, from: string, to: string): string {
  const [sources, targets] = [Array.from(from), Array.from(to)];
  const source = isPlain(text) ? text : Array.from(text);
  let result = "";
  for (const character of source) {
    const index = sources.indexOf(character);
    result += index < 0 ? character : (targets[index] ?? "");
  }
  return result;
}

export const stringFunctions: readonly ScalarFunction[] = [...caseAndLength, ...cutting, ...joining, ...searching];
