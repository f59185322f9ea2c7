import type { DatetimeLiteral, IntervalLiteral, StringLiteral } from "../ast/expressions.ts";
import type { IntervalQualifier } from "../ast/types.ts";
import type { Cursor } from "./cursor.ts";
import { parseIntervalQualifier } from "./types.ts";

/** Adjacent strings are one if a line break stands between them. */
export function parseString(cursor: Cursor): StringLiteral {
  const first = cursor.next();
  let value = first.text;
  while (cursor.token.type === "string" && /[\r\n]/.test(cursor.text.slice(cursor.previous()?.end, cursor.token.start))) value += cursor.next().text;
  return { kind: "string-literal", value, charset: first.charset, span: cursor.span(first.start) };
}

/** `DATE '…'` and its like, or undefined if the word is not followed by a string. */
export function parseDatetime(cursor: Cursor): DatetimeLiteral | undefined {
  const word = cursor.token;
  const zoned = word.key === "TIMESTAMP" && ["WITH", "LOCAL", "TIME", "ZONE"].every((key, index) => cursor.peek(index + 1).key === key);
  const plain = word.key === "DATE" || word.key === "TIME" || word.key === "TIMESTAMP" || word.key === "TIMESTAMP_LTZ";
  const distance = zoned ? 5 : 1;
  if (!plain || cursor.peek(distance).type !== "string") return undefined;
  for (let count = 0; count < distance; count++) cursor.next();
  const type = zoned ? "TIMESTAMP_LTZ" : (word.key as DatetimeLiteral["type"]);
  const token = cursor.next();
  const text = normalizedTime(type, token.text);
  if (text === undefined) {
    const form = { DATE: "2024-02-29", TIME: "23:59:59", TIMESTAMP: "2024-02-29 23:59:59.999", TIMESTAMP_LTZ: "2024-02-29 23:59:59.999" }[type];
    cursor.invalid(`'${token.text}' is not a ${type === "TIME" ? "time of day" : type === "DATE" ? "date" : "date and time"}`, token, `the form is '${form}'`);
  }
  return { kind: "datetime-literal", type, text, span: cursor.span(word.start) };
}

const date = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const time = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?$/;

/** The text with two digits for each part, or undefined if there is no such date or time. */
function normalizedTime(type: DatetimeLiteral["type"], text: string): string | undefined {
  if (type === "DATE") return normalizedDate(text.trim());
  if (type === "TIME") return normalizedClock(text.trim());
  const [day, clock, ...rest] = text.trim().split(/ +/);
  if (clock === undefined || rest.length > 0) return undefined;
  const parts = [normalizedDate(day), normalizedClock(clock)];
  return parts.includes(undefined) ? undefined : parts.join(" ");
}

function normalizedDate(text: string): string | undefined {
  const match = date.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = match.slice(1).map(Number);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days === undefined || day < 1 || day > days ? undefined : `${match[1]}-${match[2].padStart(2, "0")}-${match[3].padStart(2, "0")}`;
}

function normalizedClock(text: string): string | undefined {
  const match = time.exec(text);
  if (match === null) return undefined;
  const [hour, minute, second] = match.slice(1, 4).map(Number);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return (
    match
      .slice(1, 4)
      .map((part) => part.padStart(2, "0"))
      .join(":") + (match[4] ?? "")
  );
}

/** `INTERVAL '10' SECOND`, from the word INTERVAL on. */
export function parseInterval(cursor: Cursor): IntervalLiteral {
  const start = cursor.next().start;
  const sign = cursor.acceptAny("-", "+");
  const token = cursor.token;
  if (token.type !== "string") {
    const unit = cursor.peek();
    const example = unit.type === "word" ? unit.key : "SECOND";
    const hint = token.type === "number" ? `put quotes round the number: INTERVAL '${token.text}' ${example}` : "for example INTERVAL '10' SECOND";
    cursor.fail(["a string in single quotes"], { hint });
  }
  cursor.next();
  const qualifier = parseIntervalQualifier(cursor);
  if (!intervalForm(qualifier).test(token.text.trim())) {
    const unit = qualifier.to === undefined ? qualifier.from : `${qualifier.from} TO ${qualifier.to}`;
    cursor.invalid(`'${token.text}' is not an interval of ${unit}`, token, `the form is ${intervalExample(qualifier)}`);
  }
  return { kind: "interval-literal", negative: sign === "-", text: token.text.trim(), qualifier, span: cursor.span(start) };
}

const fields = ["DAY", "HOUR", "MINUTE", "SECOND"];

function intervalForm({ from, to }: IntervalQualifier): RegExp {
  if (from === "SECOND") return /^[+-]?\d+(\.\d{1,9})?$/;
  if (to === undefined) return /^[+-]?\d+$/;
  if (to === "MONTH") return /^[+-]?\d+-\d{1,2}$/;
  const rest = fields.slice(fields.indexOf(from) + 1, fields.indexOf(to) + 1);
  const tail = rest.map((_, index) => (index === 0 && from === "DAY" ? " +" : ":") + "\\d{1,2}").join("");
  return new RegExp(`^[+-]?\\d+${tail}${to === "SECOND" ? "(\\.\\d{1,9})?" : ""}$`);
}

function intervalExample({ from, to }: IntervalQualifier): string {
  if (to === undefined) return `INTERVAL '10' ${from}`;
  if (to === "MONTH") return "INTERVAL '1-2' YEAR TO MONTH";
  const rest = fields.slice(fields.indexOf(from) + 1, fields.indexOf(to) + 1);
  const tail = rest.map((_, index) => (index === 0 && from === "DAY" ? " " : ":") + "02").join("");
  return `INTERVAL '1${tail}' ${from} TO ${to}`;
}
