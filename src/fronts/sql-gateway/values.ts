/** Values in results: as Flink's JSON row format writes them, numbers as numbers and times in ISO form. */
import { jsonOfScalar, type DataType } from "../../data/index.ts";

export function fieldJson(value: unknown, type: DataType): unknown {
  if (value === null || value === undefined) return null;
  // BIGINT and DECIMAL beyond 2^53 would lose digits as JSON numbers in JavaScript clients; they stay exact in the text.
  if (type.kind === "bigint" || type.kind === "decimal") {
    const text = jsonOfScalar(value, type, "ISO-8601");
    const number = Number(text);
    return Number.isSafeInteger(number) || !/^-?\d{16,}/.test(text.replace(".", "")) ? number : text;
  }
  return JSON.parse(jsonOfScalar(value, type, "ISO-8601")) as unknown;
}
