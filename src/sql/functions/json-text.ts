/** JSON texts as trees that keep what a number looked like: 1.0 is not 1, and long integers keep their digits (RFC 8259). */
import { doubleToText } from "./numbers.ts";
import { compareTexts } from "./values.ts";

export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  /** Integers as they stand, others as a DOUBLE prints. */
  toString(): string {
    return /[.eE]/.test(this.text) ? doubleToText(Number(this.text)) : this.text;
  }
}

const deepest = 500;

/** The tree of a text; undefined when it is no JSON. Of a key that comes twice the last value counts. */
export function parseJson(text: string): Json | undefined {
  const reader = new Reader(text);
  try {
    return reader.document();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

class Malformed extends Error {}

const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

const [quote, comma, colon, backslash] = [0x22, 0x2c, 0x3a, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Reads character codes: a row's text is on the hot path of JSON_VALUE. */
class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    const value = this.#value();
    if (!Number.isNaN(this.#next())) throw new Malformed();
    return value;
  }

  /** The code after spaces; NaN at the end. */
  #next(): number {
    let code = this.#text.charCodeAt(this.#at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = this.#text.charCodeAt(++this.#at);
    return code;
  }

  #value(): Json {
    switch (this.#next()) {
      case openBrace:
        return this.#object();
      case openBracket:
        return this.#array();
      case quote:
        return this.#string();
      case 0x74:
        return this.#word("true", true);
      case 0x66:
        return this.#word("false", false);
      case 0x6e:
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #word(word: string, value: Json): Json {
    if (!this.#text.startsWith(word, this.#at)) throw new Malformed();
    this.#at += word.length;
    return value;
  }

  #number(): JsonNumber {
    numberToken.lastIndex = this.#at;
    const match = numberToken.exec(this.#text);
    if (match === null) throw new Malformed();
    this.#at = numberToken.lastIndex;
    return new JsonNumber(match[0]);
  }

  /** Escapes are left to JSON.parse. */
  #string(): string {
    const start = this.#at;
    let escaped = false;
    let at = start + 1;
    for (let code = this.#text.charCodeAt(at); code !== quote; code = this.#text.charCodeAt(++at)) {
      if (!(code >= 0x20)) throw new Malformed();
      if (code === backslash) {
        escaped = true;
        at++;
      }
    }
    this.#at = at + 1;
    return escaped ? unescaped(this.#text.slice(start, at + 1)) : this.#text.slice(start + 1, at);
  }

  #object(): JsonObject {
    const object = new Map<string, Json>();
    this.#enter();
    if (this.#next() === closeBrace) return this.#leave(object);
    for (;;) {
      if (this.#next() !== quote) throw new Malformed();
      const key = this.#string();
      if (this.#next() !== colon) throw new Malformed();
      this.#at++;
      object.set(key, this.#value());
      const code = this.#next();
      if (code === closeBrace) return this.#leave(object);
      if (code !== comma) throw new Malformed();
      this.#at++;
    }
  }

  #array(): Json[] {
    const array: Json[] = [];
    this.#enter();
    if (this.#next() === closeBracket) return this.#leave(array);
    for (;;) {
      array.push(this.#value());
      const code = this.#next();
      if (code === closeBracket) return this.#leave(array);
      if (code !== comma) throw new Malformed();
      this.#at++;
    }
  }

  #enter(): void {
    if (++this.#depth > deepest) throw new Malformed();
    this.#at++;
  }

  #leave<T>(value: T): T {
    this.#depth--;
    this.#at++;
    return value;
  }
}

function unescaped(token: string): string {
  try {
    return JSON.parse(token) as string;
  } catch {
    throw new Malformed();
  }
}

/** The shortest text of a tree; `sorted` orders keys, as functions that make JSON do. */
export function writeJson(value: Json, sorted = false): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (value instanceof JsonNumber) return value.toString();
  if (typeof value === "string") return JSON.stringify(value);
  if (isObject(value)) {
    const entries = [...value];
    if (sorted) entries.sort(([left], [right]) => compareTexts(left, right));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${writeJson(item, sorted)}`).join(",")}}`;
  }
  return `[${value.map((item) => writeJson(item, sorted)).join(",")}]`;
}

export function isObject(value: Json): value is JsonObject {
  return value instanceof Map;
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
