/**
 * JavaScript source that reads runs of CSV records: wanted columns in place, the others counted. It stops at the first record
 * with anything but plain and simply quoted fields, which the splitter then takes.
 */
import type { DataType } from "../../types.ts";
import type { DecodedField } from "../decoder.ts";
import {
  dateValue,
  dayMemory,
  decimalNumber,
  differs,
  fastKind,
  hashBegin,
  hashRest,
  hashWord,
  scanWords,
  slackBytes,
  timestampValue,
  unscaledNumber,
  wholeNumber,
} from "../value-source.ts";
import type { CsvSyntax } from "./scan.ts";

export interface CsvField extends DecodedField {
  /** Position in the record. */
  readonly position: number;
}

export interface CsvDialect extends CsvSyntax {
  readonly allowComments: boolean;
  readonly nullLiteral: Uint8Array | null;
}

const fail = "break run;";

/** Body of `(b, w, starts, ends, from, to, row, columns, odd) → records read`. */
export function csvSource(fields: readonly CsvField[], columns: number, dialect: CsvDialect): string {
  const names = fields.flatMap((_, index) => [
    `v${index} = columns[${index}].values`,
    `e${index} = columns[${index}].ends`,
    `n${index} = columns[${index}].nulls`,
  ]);
  const steps = Array.from({ length: columns }, (_, position) => {
    const index = fields.findIndex((field) => field.position === position);
    const last = position === columns - 1;
    const read =
      index < 0
        ? skipField(dialect, last)
        : isText(fields[index].type)
          ? textField(index, fields[index], dialect, last)
          : valueField(index, fields[index], dialect);
    return `${read} ${last ? `if (p !== e) ${fail}` : `if (p >= e || b[p] !== ${dialect.delimiter}) ${fail} p++;`}`;
  });
  return `
  const ${[...names, `size = b.length - ${slackBytes + (dialect.nullLiteral?.length ?? 0)}`].join(", ")};
  ${dayMemory}
  let r = row, index = from;
  run: for (; index < to; index++, r++) {
    let p = starts[index], e = ends[index];
    if (e > size) break;
    if (e > p && b[e - 1] === 13) e--;
    ${dialect.allowComments ? `if (b[p] === 35) ${fail}` : ""}
    ${steps.join("\n    ")}
  }
  return index - from;`;
}

function isText(type: DataType): boolean {
  return type.kind === "char" || type.kind === "varchar";
}

/** Moves \`p\` from \`t0\` to the end of a plain field. */
function plainEnd({ delimiter, escape }: CsvDialect, last: boolean, each: string): string {
  const stops = escape < 0 ? [delimiter] : [delimiter, escape];
  const escaped = escape < 0 ? "" : `if (p < e && b[p] === ${escape}) ${fail}`;
  // The last field ends with the record: nothing may stop the scan before.
  return last
    ? `${scanWords(stops, 0, "", "{ m = -2139062144; break; }")} if (p < e) ${fail} p = e;`
    : `${scanWords(stops, 0, each, fail)} ${escaped} if (p > e) ${fail}`;
}

function quotedEnd({ quote, escape }: CsvDialect, each: string): string {
  const stops = escape < 0 || escape === quote ? [quote] : [quote, escape];
  return `${scanWords(stops, 0, each, fail)} if (p >= e || b[p] !== ${quote}) ${fail}`;
}

function skipField(dialect: CsvDialect, last: boolean): string {
  const plain = `{ ${plainEnd(dialect, last, "")} }`;
  return dialect.quote < 0 ? plain : `if (p < e && b[p] === ${dialect.quote}) { p++; ${quotedEnd(dialect, "")} p++; } else ${plain}`;
}

function textField(index: number, field: DecodedField, dialect: CsvDialect, last: boolean): string {
  const view = field.as === "view";
  const keep = (end: string, hashed: boolean): string =>
    view
      ? `v${index}[r] = t0; e${index}[r] = ${end};`
      : hashed
        ? `${hashRest} v${index}[r] = d${index}.internWords(b, w, t0, ${end}, h);`
        : `v${index}[r] = d${index}.internBytes(b, t0, ${end});`;
  const hash = view ? "" : hashBegin;
  const each = view ? "" : hashWord;
  const { nullLiteral } = dialect;
  const isNull =
    nullLiteral === null
      ? ""
      : `if (p - t0 === ${nullLiteral.length}${nullLiteral.length === 0 ? "" : ` && !(${differs(nullLiteral, "t0")})`}) { ${setNull(index, field)} } else`;
  const plain = `{ const t0 = p; ${last ? "" : hash} ${plainEnd(dialect, last, each)} ${isNull} { ${keep("p", !last)} } }`;
  return dialect.quote < 0
    ? plain
    : `if (p < e && b[p] === ${dialect.quote}) { const t0 = ++p; ${hash} ${quotedEnd(dialect, each)} ${keep("p", true)} p++; } else ${plain}`;
}

function setNull(index: number, { type }: DecodedField): string {
  return type.nullable ? `n${index}[r] = 1; columns[${index}].hasNulls = true;` : fail;
}

function valueField(index: number, field: DecodedField, dialect: CsvDialect): string {
  const { delimiter, quote, nullLiteral } = dialect;
  const odd = `{ p = odd(${index}, b, p, e, r); if (p < 0) ${fail} }`;
  const empty = `if (p >= e || b[p] === ${delimiter}) { ${setNull(index, field)} }`;
  const literal =
    nullLiteral === null || nullLiteral.length === 0
      ? ""
      : `else if (p + ${nullLiteral.length} <= e && !(${differs(nullLiteral)}) && (p + ${nullLiteral.length} === e || b[p + ${nullLiteral.length}] === ${delimiter})) { ${setNull(index, field)} p += ${nullLiteral.length}; }`;
  const quoted =
    quote < 0 ? "" : `else if (b[p] === ${quote}) { p++; ${valueText(index, field, fail, `b[p] === ${quote}`)} if (b[p] !== ${quote}) ${fail} p++; }`;
  // A number is followed by something else: the text as a whole decides.
  const rest = `if (p < e && b[p] !== ${delimiter}) { p = q0; ${odd} }`;
  return `${empty} ${literal} ${quoted} else { const q0 = p; ${valueText(index, field, odd, `(p === e || b[p] === ${delimiter})`)} ${rest} }`;
}

function valueText(index: number, field: DecodedField, odd: string, behind: string): string {
  const { type } = field;
  switch (type.kind) {
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return wholeNumber(index, type.kind, odd);
    case "double":
    case "float":
      return decimalNumber(index, type.kind === "float", odd);
    case "decimal":
      return fastKind(field) === "decimal" ? unscaledNumber(index, type.precision, type.scale, odd) : odd;
    case "date":
      return dateValue(index, odd, behind);
    case "timestamp":
    case "timestamp-ltz":
      return fastKind(field) === type.kind ? timestampValue(index, type.precision, 32, type.kind === "timestamp-ltz", odd, behind) : odd;
    default:
      return odd;
  }
}
