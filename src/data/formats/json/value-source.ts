/** JavaScript source that reads one JSON value into a column, for both generated tiers. */
import type { DecodedField } from "../decoder.ts";
import type { TimestampStandard } from "../scalar-text.ts";
import { dateValue, decimalNumber, fastKind, hashBegin, hashRest, hashWord, scanWords, timestampValue, unscaledNumber, wholeNumber } from "../value-source.ts";

export interface JsonDialect {
  readonly standard: TimestampStandard;
  /** A missing field is an error. */
  readonly allRequired: boolean;
}

/** `fail`: statement that gives up on the record. */
export function jsonValue(index: number, field: DecodedField, { standard }: JsonDialect, fail: string): string {
  const { type } = field;
  const odd = `{ p = odd(${index}, b, p, e, r); if (p < 0) ${fail} }`;
  const inQuotes = (text: (odd: string, behind: string) => string): string => `if (b[p] !== 34) ${odd} else { p++; ${text(`p--; ${odd}`, "b[p++] === 34")} }`;
  const toQuote = (begin: string, each: string, end: string): string =>
    `{ const q = p; if (b[p] !== 34) ${odd} else { const t0 = ++p; ${begin} ${scanWords([34, 92], 32, each, fail)} if (b[p] !== 34) { p = q; ${odd} } else { if (p >= e) ${fail} ${end} p++; } } }`;
  switch (fastKind(field)) {
    case "string":
      return toQuote(hashBegin, hashWord, `${hashRest} v${index}[r] = d${index}.internWords(b, w, t0, p, h);`);
    case "view":
      return toQuote("", "", `v${index}[r] = t0; e${index}[r] = p;`);
    case "boolean":
      return `{ const x = w.getInt32(p, true); if (x === 1702195828) { v${index}[r] = 1; p += 4; } else if (x === 1936482662 && b[p + 4] === 101) { v${index}[r] = 0; p += 5; } else ${odd} }`;
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return wholeNumber(index, type.kind as "bigint", odd);
    case "double":
    case "float":
      return decimalNumber(index, type.kind === "float", odd);
    case "decimal":
      return type.kind === "decimal" ? unscaledNumber(index, type.precision, type.scale, odd) : odd;
    case "date":
      return inQuotes((oddText, behind) => dateValue(index, oddText, behind));
    case "timestamp":
    case "timestamp-ltz": {
      const { precision } = type as { precision: number };
      return inQuotes((oddText, behind) => timestampValue(index, precision, standard === "SQL" ? 32 : 84, type.kind === "timestamp-ltz", oddText, behind));
    }
    case "slow":
      return odd;
  }
}

/** Passes over a value. */
export function jsonSkip(first: "text" | "number" | "other", fail: string): string {
  const general = `{ p = skip(b, p, e); if (p < 0) ${fail} }`;
  switch (first) {
    case "text":
      // A text with an escape starts again with the general code.
      return `if (b[p] === 34) { const t0 = p++; ${scanWords([34, 92], 32, "", fail)} if (b[p] === 34) p++; else { p = skip(b, t0, e); if (p < 0) ${fail} } } else ${general}`;
    case "number":
      return `{ const q = p; let c = b[p]; if (c === 45) c = b[++p]; const f = p; while (c >= 48 && c <= 57) c = b[++p]; if (c !== 44 || p === f || (b[f] === 48 && p > f + 1)) { p = q; ${general} } }`;
    case "other":
      return general;
  }
}
