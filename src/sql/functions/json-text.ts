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

const space = /[ \t\n\r]*/y;
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const stringToken = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const wordToken = /true|false|null/y;
const words: Readonly<Record<string, Json>> = { true: true, false: false, null: null };

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    const value = this.#value();
    this.#token(space);
    if (this.#at < this.#text.length) throw new Malformed();
    return value;
  }

  #token(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return null;
    this.#at = pattern.lastIndex;
    return match[0];
  }

  /** Whether the next character, after spaces, is this one; goes past it if so. */
  #accept(character: string): boolean {
    this.#token(space);
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#accept(character)) throw new Malformed();
  }

  #value(): Json {
    if (this.#accept("{")) return this.#nested(() => this.#object());
    if (this.#accept("[")) return this.#nested(() => this.#array());
    if (this.#text[this.#at] === '"') return this.#string();
    const number = this.#token(numberToken);
    if (number !== null) return new JsonNumber(number);
    const word = this.#token(wordToken);
    if (word === null) throw new Malformed();
    return words[word];
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > deepest) throw new Malformed();
    const value = read();
    this.#depth--;
    return value;
  }

  #string(): string {
    this.#token(space);
    const token = this.#token(stringToken);
    if (token === null) throw new Malformed();
    return token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1);
  }

  #object(): JsonObject {
    const object = new Map<string, Json>();
    if (this.#accept("}")) return object;
    do {
      const key = this.#string();
      this.#expect(":");
      object.set(key, this.#value());
    } while (this.#accept(","));
    this.#expect("}");
    return object;
  }

  #array(): Json[] {
    const array: Json[] = [];
    if (this.#accept("]")) return array;
    do array.push(this.#value());
    while (this.#accept(","));
    this.#expect("]");
    return array;
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
