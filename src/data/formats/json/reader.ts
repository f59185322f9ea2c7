/** Reads JSON text (RFC 8259) keeping numbers as their text, so that no digit is lost. Strict; the slow tier of the decoder. */

/** A number as it was written. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type JsonValue = null | boolean | string | JsonNumber | JsonValue[] | Map<string, JsonValue>;

const depthMax = 500;
const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Throws SyntaxError with the position. Of duplicate keys the last wins. */
export function readJson(text: string): JsonValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected("the end of the record");
  }

  value(depth: number): JsonValue {
    if (depth > depthMax) throw new SyntaxError(`nested deeper than ${depthMax}`);
    this.#space();
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #space(): void {
    while (this.#at < this.#text.length && " \t\n\r".includes(this.#text[this.#at])) this.#at++;
  }

  #word<Value extends JsonValue>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected("a value");
    this.#at += word.length;
    return value;
  }

  #number(): JsonNumber {
    numberForm.lastIndex = this.#at;
    const match = numberForm.exec(this.#text);
    if (match === null) throw this.#unexpected("a value");
    this.#at += match[0].length;
    return new JsonNumber(match[0]);
  }

  #string(): string {
    const start = this.#at++;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 34) break;
      if (Number.isNaN(code)) throw this.#unexpected('a closing "');
      if (code < 32) throw this.#unexpected("an escaped control character");
      this.#at += code === 92 ? 2 : 1;
    }
    this.#at++;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #array(depth: number): JsonValue[] {
    this.#at++;
    const values: JsonValue[] = [];
    this.#space();
    if (this.#text[this.#at] === "]") {
      this.#at++;
      return values;
    }
    for (;;) {
      values.push(this.value(depth + 1));
      this.#space();
      const next = this.#text[this.#at++];
      if (next === "]") return values;
      if (next !== ",") throw this.#unexpected("',' or ']'", this.#at - 1);
    }
  }

  #object(depth: number): Map<string, JsonValue> {
    this.#at++;
    const entries = new Map<string, JsonValue>();
    this.#space();
    if (this.#text[this.#at] === "}") {
      this.#at++;
      return entries;
    }
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') throw this.#unexpected("a key in quotes");
      const key = this.#string();
      this.#space();
      if (this.#text[this.#at] !== ":") throw this.#unexpected("':'");
      this.#at++;
      entries.set(key, this.value(depth + 1));
      this.#space();
      const next = this.#text[this.#at++];
      if (next === "}") return entries;
      if (next !== ",") throw this.#unexpected("',' or '}'", this.#at - 1);
    }
  }

  #unexpected(expected: string, at = this.#at): SyntaxError {
    const found = at >= this.#text.length ? "the end of the record" : JSON.stringify(this.#text[at]);
    return new SyntaxError(`not JSON: expected ${expected} at character ${at + 1}, found ${found}`);
  }
}

/** The value as text again, for messages and for STRING columns over objects. */
export function jsonText(value: JsonValue): string {
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (value instanceof Map) return `{${[...value].map(([key, each]) => `${JSON.stringify(key)}:${jsonText(each)}`).join(",")}}`;
  return JSON.stringify(value);
}
