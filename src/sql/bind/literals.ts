/** Literals to typed values. */
import { decimalType, simpleType, type DataType } from "../../data/index.ts";
import { SqlError } from "../errors.ts";
import { parseDate, parseTime, parseTimestampNanos, toInstantMs } from "../functions/index.ts";
import { powerOfTen } from "../functions/numbers.ts";
import type { DatetimeLiteral, IntervalLiteral, LiteralExpression as LiteralNode, NumberLiteral } from "../parse/ast.ts";
import type { LiteralExpression } from "../plan/expression.ts";

export function literal(type: DataType, value: unknown): LiteralExpression {
  return { kind: "literal", type, value };
}

export function bindLiteral(node: LiteralNode, timeZone = "UTC"): LiteralExpression {
  switch (node.kind) {
    case "number-literal":
      return bindNumber(node);
    case "string-literal":
      return literal({ kind: "char", length: Math.max(1, Array.from(node.value).length), nullable: false }, node.value);
    case "binary-literal": {
      const bytes = Uint8Array.from(node.hexadecimal.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
      return literal({ kind: "binary", length: Math.max(1, bytes.length), nullable: false }, bytes);
    }
    case "boolean-literal":
      return literal(simpleType("boolean", node.value === null), node.value);
    case "null-literal":
      return literal(simpleType("null"), null);
    case "datetime-literal":
      return bindDatetime(node, timeZone);
    case "interval-literal":
      return bindInterval(node);
  }
}

function bindNumber(node: NumberLiteral): LiteralExpression {
  if (node.form === "approximate") return literal(simpleType("double", false), Number(node.text));
  if (node.form === "integer") {
    const value = BigInt(node.text);
    if (value <= 2147483647n) return literal(simpleType("integer", false), Number(value));
    if (value <= 9223372036854775807n) return literal(simpleType("bigint", false), value);
    return exact(node, node.text, "");
  }
  const [whole, fraction = ""] = node.text.split(".");
  return exact(node, whole, fraction);
}

/** As in Calcite, every digit written counts, leading zeros too: 0.5 is DECIMAL(2, 1). */
function exact(node: NumberLiteral, whole: string, fraction: string): LiteralExpression {
  const precision = whole.length + fraction.length;
  if (precision > 38) throw new SqlError("sql-invalid", `the number has ${precision} digits; DECIMAL holds 38`, node.span);
  return literal(decimalType(Math.max(precision, 1), fraction.length, false), BigInt(whole + fraction));
}

function bindDatetime(node: DatetimeLiteral, timeZone: string): LiteralExpression {
  switch (node.type) {
    case "DATE":
      return literal(simpleType("date", false), parseDate(node.text));
    case "TIME":
      return literal({ kind: "time", precision: fractionDigits(node.text), nullable: false }, parseTime(node.text));
    default: {
      const precision = fractionDigits(node.text);
      const nanos = parseTimestampNanos(node.text);
      if (nanos === null) throw new SqlError("sql-invalid", `'${node.text}' is not a time`, node.span);
      const kind = node.type === "TIMESTAMP" ? "timestamp" : "timestamp-ltz";
      const ms = nanos / 1_000_000n;
      const shifted = kind === "timestamp" ? 0 : toInstantMs(Number(ms), timeZone) - Number(ms);
      const value = precision <= 3 ? Number(ms) + shifted : nanos + BigInt(shifted) * 1_000_000n;
      return literal({ kind, precision, nullable: false }, value);
    }
  }
}

function fractionDigits(text: string): number {
  const point = text.indexOf(".");
  return point < 0 ? 0 : Math.min(text.trim().length - point - 1, 9);
}

const order = ["YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"];
const months: Record<string, number> = { YEAR: 12, QUARTER: 3, MONTH: 1 };
const milliseconds: Record<string, number> = { WEEK: 604_800_000, DAY: 86_400_000, HOUR: 3_600_000, MINUTE: 60_000, SECOND: 1000 };

/** '1-2' YEAR TO MONTH is 14 months; '1 02:03:04.5' DAY TO SECOND its milliseconds. */
function bindInterval(node: IntervalLiteral): LiteralExpression {
  let text = node.text.trim();
  let negative = node.negative;
  if (text.startsWith("-")) negative = !negative;
  text = text.replace(/^[+-]/, "").trim();
  const { from, to } = node.qualifier;
  const units = order.slice(order.indexOf(from), order.indexOf(to ?? from) + 1).filter((unit) => unit === from || (unit !== "QUARTER" && unit !== "WEEK"));
  const numbers = text.split(/[-:\s]+/);
  const table = months[from] === undefined ? milliseconds : months;
  let total = 0;
  for (let index = 0; index < units.length; index++) total += scaled(numbers[index] ?? "0", table[units[index]]);
  if (!Number.isFinite(total)) throw new SqlError("sql-invalid", `'${node.text}' is not an interval ${from}${to === undefined ? "" : ` TO ${to}`}`, node.span);
  return literal(simpleType(table === months ? "interval-month" : "interval-millisecond", false), negative ? -total : total);
}

/** A number that may have a fraction (of seconds) times a whole factor, without binary rounding. */
function scaled(text: string, factor: number): number {
  const [whole, fraction = ""] = text.split(".");
  if (!/^\d*$/.test(whole + fraction)) return NaN;
  return Number((BigInt(whole + fraction) * BigInt(factor)) / powerOfTen(fraction.length));
}
