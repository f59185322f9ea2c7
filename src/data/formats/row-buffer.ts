/** Rows being written: bytes that grow, and the plain forms of numbers and times. */
import { dateText } from "../time/text.ts";
import type { EncodedRows } from "./encoder.ts";

const encoder = new TextEncoder();
/** Scales at which a DOUBLE is tried as a whole number. */
const scales = [1, 100, 10_000];
const exactMax = 1e15;
const dayMs = 86_400_000;

export class RowBuffer {
  bytes: Uint8Array;
  at = 0;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  #rows = 0;
  #day = NaN;
  readonly #dayBytes = new Uint8Array(10);

  constructor(rows: number) {
    this.bytes = new Uint8Array(Math.max(256, rows * 128));
    this.#starts = new Int32Array(rows);
    this.#ends = new Int32Array(rows);
  }

  beginRow(): void {
    this.#starts[this.#rows] = this.at;
  }

  /** Ends the row with a newline that is not part of it. */
  endRow(): void {
    this.room(1);
    this.#ends[this.#rows++] = this.at;
    this.bytes[this.at++] = 10;
  }

  finish(): EncodedRows {
    return { bytes: this.bytes.subarray(0, this.at), count: this.#rows, starts: this.#starts, ends: this.#ends };
  }

  room(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.at + count, this.bytes.length * 2));
    bytes.set(this.bytes.subarray(0, this.at));
    this.bytes = bytes;
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.at++] = value;
  }

  copy(source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.room(length);
    const { bytes } = this;
    let { at } = this;
    // Short ones are quicker byte by byte than through a call.
    if (length > 64) bytes.set(source.subarray(start, end), at);
    else for (let from = start; from < end; from++) bytes[at++] = source[from];
    this.at += length;
  }

  text(text: string): void {
    this.room(text.length * 3);
    this.at += encoder.encodeInto(text, this.bytes.subarray(this.at)).written;
  }

  ascii(text: string): void {
    this.room(text.length);
    for (let index = 0; index < text.length; index++) this.bytes[this.at++] = text.charCodeAt(index);
  }

  /** A whole number within ±2^53. */
  whole(value: number): void {
    this.room(20);
    if (value < 0) this.bytes[this.at++] = 45;
    this.#digits(value < 0 ? -value : value, 0);
  }

  /** Digits of a whole number that is not negative, at least `width` of them. */
  #digits(value: number, width: number): void {
    if (value >= 1e9) {
      const high = Math.floor(value / 1e9);
      this.#digits(high, width - 9);
      this.#digits(value - high * 1e9, 9);
      return;
    }
    let length = 1;
    for (let power = 10; value >= power && length < 9; power *= 10) length++;
    if (length < width) length = width;
    let rest = value | 0;
    for (let at = this.at + length - 1; at >= this.at; at--) {
      const next = (rest / 10) | 0;
      this.bytes[at] = 48 + rest - next * 10;
      rest = next;
    }
    this.at += length;
  }

  /** A finite number in JavaScript's shortest form, but zero with its sign. */
  number(value: number): void {
    const magnitude = value < 0 ? -value : value;
    if (value === 0) {
      this.ascii(Object.is(value, -0) ? "-0.0" : "0");
      return;
    }
    for (let index = 0; index < scales.length; index++) {
      const scale = scales[index];
      // Decimals of at most 15 digits have doubles of their own: if it divides back, it is the shortest form.
      const scaled = Math.round(magnitude * scale);
      if (scaled >= exactMax) break;
      if (scaled / scale !== magnitude) continue;
      this.room(24);
      if (value < 0) this.bytes[this.at++] = 45;
      this.#scaled(scaled, scale);
      return;
    }
    // Quicker than String, which looks into a cache of texts first.
    this.ascii(JSON.stringify(value));
  }

  #scaled(scaled: number, scale: number): void {
    const whole = Math.floor(scaled / scale);
    this.#digits(whole, 0);
    if (scale === 1) return;
    this.bytes[this.at++] = 46;
    this.#digits(scaled - whole * scale, scale === 100 ? 2 : 4);
    while (this.bytes[this.at - 1] === 48) this.at--;
  }

  /** "2024-02-29 23:59:59.999" without trailing zeros; false (nothing written) outside the years 0 to 9999. */
  timestamp(milliseconds: number, separator: number): boolean {
    const day = Math.floor(milliseconds / dayMs);
    if (!this.date(day)) return false;
    this.room(14);
    let rest = milliseconds - day * dayMs;
    this.bytes[this.at++] = separator;
    const hour = (rest / 3_600_000) | 0;
    rest -= hour * 3_600_000;
    const minute = (rest / 60_000) | 0;
    rest -= minute * 60_000;
    const second = (rest / 1000) | 0;
    this.#digits(hour, 2);
    this.bytes[this.at++] = 58;
    this.#digits(minute, 2);
    this.bytes[this.at++] = 58;
    this.#digits(second, 2);
    rest -= second * 1000;
    if (rest === 0) return true;
    this.bytes[this.at++] = 46;
    this.#digits(rest, 3);
    while (this.bytes[this.at - 1] === 48) this.at--;
    return true;
  }

  /** "2024-02-29"; false outside the years 0 to 9999. */
  date(day: number): boolean {
    if (day !== this.#day) {
      if (!(day >= -719_528 && day <= 2_932_896)) return false;
      encoder.encodeInto(dateText(day), this.#dayBytes);
      this.#day = day;
    }
    this.copy(this.#dayBytes, 0, 10);
    return true;
  }
}
