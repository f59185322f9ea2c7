/** Columns of made-up values, rows `from` to `from + length` of the endless table. */
import { HeadraceError } from "../../core/index.ts";
import { columnFromScalars, layoutOf, type Column, type DataType, type Field } from "../../data/index.ts";
import type { FieldOptions } from "./field-options.ts";
import { hashWord, uniform } from "./random.ts";

export interface Request {
  readonly seed: number;
  readonly column: number;
  readonly from: number;
  readonly length: number;
  /** Wall clock for dates, times and timestamps. */
  readonly nowMs: number;
}

/** Lane of the random numbers that decide about NULL, away from those of the values. */
const nullLane = 1 << 20;
const hexDigits = Buffer.from("0123456789abcdef");

export function makeColumn(field: Field, options: FieldOptions, request: Request): Column {
  const nulls = options.nullRate === 0 ? null : makeNulls(options.nullRate, request);
  const column = options.kind === "sequence" ? sequenceColumn(field, options, request) : randomColumn(field, options, request);
  return nulls === null ? column : { ...column, nulls };
}

function makeNulls(rate: number, { seed, column, from, length }: Request): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (uniform(seed, column, from + index, nullLane) < rate ? 1 : 0));
}

function sequenceColumn(field: Field, options: FieldOptions, { from, length }: Request): Column {
  const { type } = field;
  if (type.kind === "char" || type.kind === "varchar")
    return columnFromScalars(
      type,
      Array.from({ length }, (_, index) => String(options.start + from + index)),
    );
  return numberColumn(field, length, (index) => options.start + from + index);
}

function randomColumn(field: Field, options: FieldOptions, request: Request): Column {
  const { type } = field;
  const { seed, column, from, length, nowMs } = request;
  switch (type.kind) {
    case "boolean":
      return { layout: "byte", values: Uint8Array.from({ length }, (_, index) => hashWord(seed, column, from + index, 0) & 1), nulls: null };
    case "char":
    case "varchar":
      return textColumn(options.length, request, true);
    case "binary":
    case "varbinary":
      return textColumn(options.length, request, false);
    case "date":
      return numberColumn(field, length, () => Math.floor(nowMs / 86_400_000));
    case "time":
      return numberColumn(field, length, () => nowMs % 86_400_000);
    case "timestamp":
    case "timestamp-ltz":
      return numberColumn(field, length, (index) => nowMs - Math.floor(uniform(seed, column, from + index) * (options.pastMsMax + 1)));
    default: {
      const whole = type.kind !== "float" && type.kind !== "double" && type.kind !== "decimal";
      const [lowest, highest] = typeRange(field);
      const minimum = options.minimum ?? lowest;
      const maximum = options.maximum ?? highest;
      if (whole) return numberColumn(field, length, (index) => wholeBetween(minimum, maximum, uniform(seed, column, from + index)));
      return numberColumn(field, length, (index) => {
        const at = uniform(seed, column, from + index);
        return minimum * (1 - at) + maximum * at;
      });
    }
  }
}

function wholeBetween(minimum: number, maximum: number, at: number): number {
  return Math.min(Math.floor(maximum), Math.ceil(minimum) + Math.floor(at * (Math.floor(maximum) - Math.ceil(minimum) + 1)));
}

/** Bounds when none are given: those of the type, for BIGINT what a double holds exactly. */
function typeRange({ name, type }: Field): [number, number] {
  switch (type.kind) {
    case "tinyint":
      return [-128, 127];
    case "smallint":
      return [-32_768, 32_767];
    case "integer":
    case "interval-month":
      return [-2_147_483_648, 2_147_483_647];
    case "bigint":
    case "interval-millisecond":
      return [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
    case "float":
      return [-3.4028234663852886e38, 3.4028234663852886e38];
    case "double":
      return [-Number.MAX_VALUE / 2, Number.MAX_VALUE / 2];
    case "decimal": {
      const largest = 10 ** (type.precision - type.scale) - 1;
      return [-largest, largest];
    }
    default:
      throw new HeadraceError("sql-unsupported", `datagen makes no values of the type of column '${name}'`, {
        hint: "Make its parts as columns and build the value in SQL.",
      });
  }
}

/** Values of any numeric type from plain numbers, in the column layout of the type. */
function numberColumn({ type }: Field, length: number, value: (index: number) => number): Column {
  const factor = factorOf(type);
  switch (layoutOf(type)) {
    case "int":
      return { layout: "int", values: Int32Array.from({ length }, (_, index) => value(index)), nulls: null };
    case "wide":
      return { layout: "wide", values: BigInt64Array.from({ length }, (_, index) => BigInt(Math.round(value(index))) * BigInt(factor)), nulls: null };
    case "double": {
      const round = type.kind === "decimal" ? Math.round : type.kind === "float" ? Math.fround : (each: number) => each;
      return { layout: "double", values: Float64Array.from({ length }, (_, index) => round(value(index) * factor)), nulls: null };
    }
    default:
      return columnFromScalars(
        type,
        Array.from({ length }, (_, index) => BigInt(Math.round(value(index))) * BigInt(factor)),
      );
  }
}

function factorOf(type: DataType): number {
  if (type.kind === "decimal") return 10 ** type.scale;
  return (type.kind === "timestamp" || type.kind === "timestamp-ltz") && type.precision > 3 ? 1_000_000 : 1;
}

/** Hexadecimal digits, as Flink's generator gives, or any bytes. */
function textColumn(textLength: number, { seed, column, from, length }: Request, digits: boolean): Column {
  const bytes = new Uint8Array(textLength * length);
  const starts = new Int32Array(length);
  const ends = new Int32Array(length);
  let at = 0;
  for (let index = 0; index < length; index++) {
    starts[index] = at;
    for (let position = 0; position < textLength; position++) {
      const word = hashWord(seed, column, from + index, position >> 3);
      bytes[at++] = digits ? hexDigits[(word >>> ((position & 7) * 4)) & 15] : hashWord(seed, column, from + index, position) & 255;
    }
    ends[index] = at;
  }
  return { layout: "view", bytes, starts, ends, nulls: null };
}
