/** Columns as values: read a scalar, build from scalars, take rows, slice. For everything that is not a hot loop. */
import { layoutOf, type Batch, type Column } from "./batch.ts";
import { StringDictionary } from "./dictionary.ts";
import type { DataType, Schema } from "./types.ts";

const decoder = new TextDecoder();
const safeMaximum = 9007199254740991n;

/** The scalar of `types.ts` at `row`; null for NULL. */
export function readScalar(column: Column, type: DataType, row: number): unknown {
  if (column.nulls !== null && column.nulls[row] === 1) return null;
  switch (column.layout) {
    case "byte":
      return column.values[row] === 1;
    case "int":
      return column.values[row];
    case "double": {
      const value = column.values[row];
      return type.kind === "bigint" || type.kind === "decimal" ? BigInt(value) : value;
    }
    case "wide":
      return column.values[row];
    case "string":
      return column.dictionary.text(column.values[row]);
    case "view": {
      const bytes = column.bytes.subarray(column.starts[row], column.ends[row]);
      return type.kind === "binary" || type.kind === "varbinary" ? bytes.slice() : decoder.decode(bytes);
    }
    case "object":
      return column.values[row] ?? null;
  }
}

/** A column of these scalars, in the layout of the type; character values stay texts (`object`). */
export function columnFromScalars(type: DataType, scalars: readonly unknown[]): Column {
  const length = scalars.length;
  let nulls: Uint8Array | null = null;
  for (let row = 0; row < length; row++) if (scalars[row] === null || scalars[row] === undefined) (nulls ??= new Uint8Array(length))[row] = 1;
  switch (layoutOf(type)) {
    case "byte":
      return { layout: "byte", values: Uint8Array.from(scalars, (value) => (value === true ? 1 : 0)), nulls };
    case "int":
      return { layout: "int", values: Int32Array.from(scalars, (value) => (value as number | null) ?? 0), nulls };
    case "double":
      return doubleColumn(type, scalars, nulls);
    case "wide":
      return { layout: "wide", values: BigInt64Array.from(scalars, (value) => (value as bigint | null) ?? 0n), nulls };
    case "view":
      return viewColumn(scalars as readonly (Uint8Array | null)[], nulls);
    default:
      return { layout: "object", values: scalars, nulls };
  }
}

function doubleColumn(type: DataType, scalars: readonly unknown[], nulls: Uint8Array | null): Column {
  if (type.kind !== "bigint" && type.kind !== "decimal")
    return { layout: "double", values: Float64Array.from(scalars, (value) => (value as number | null) ?? 0), nulls };
  const values = scalars as readonly (bigint | null)[];
  if (values.some((value) => value !== null && (value > safeMaximum || value < -safeMaximum))) {
    return { layout: "wide", values: BigInt64Array.from(values, (value) => value ?? 0n), nulls };
  }
  return { layout: "double", values: Float64Array.from(values, (value) => Number(value ?? 0n)), nulls };
}

function viewColumn(scalars: readonly (Uint8Array | null)[], nulls: Uint8Array | null): Column {
  const bytes = new Uint8Array(scalars.reduce((total, value) => total + (value?.length ?? 0), 0));
  const starts = new Int32Array(scalars.length);
  const ends = new Int32Array(scalars.length);
  let at = 0;
  scalars.forEach((value, row) => {
    starts[row] = at;
    if (value !== null) bytes.set(value, at);
    at += value?.length ?? 0;
    ends[row] = at;
  });
  return { layout: "view", starts, ends, bytes, nulls };
}

/** An interned column: for tests and for sources that make their own columns. */
export function stringColumn(texts: readonly (string | null)[], dictionary = new StringDictionary()): Column {
  let nulls: Uint8Array | null = null;
  const values = Int32Array.from(texts, (text, row) => {
    if (text !== null) return dictionary.internText(text);
    (nulls ??= new Uint8Array(texts.length))[row] = 1;
    return 0;
  });
  return { layout: "string", values, dictionary, nulls };
}

/** The first `count` of the rows whose numbers stand in `rows`. */
export function takeColumn(column: Column, rows: Int32Array, count: number): Column {
  const nulls = column.nulls === null ? null : takeNulls(column.nulls, rows, count);
  switch (column.layout) {
    case "byte":
      return { layout: "byte", values: takeNumbers(column.values, new Uint8Array(count), rows, count), nulls };
    case "int":
      return { layout: "int", values: takeNumbers(column.values, new Int32Array(count), rows, count), nulls };
    case "double":
      return { layout: "double", values: takeNumbers(column.values, new Float64Array(count), rows, count), nulls };
    case "wide": {
      const values = new BigInt64Array(count);
      for (let index = 0; index < count; index++) values[index] = column.values[rows[index]];
      return { layout: "wide", values, nulls };
    }
    case "string":
      return { layout: "string", values: takeNumbers(column.values, new Int32Array(count), rows, count), dictionary: column.dictionary, nulls };
    case "view": {
      const starts = takeNumbers(column.starts, new Int32Array(count), rows, count);
      const ends = takeNumbers(column.ends, new Int32Array(count), rows, count);
      return { layout: "view", starts, ends, bytes: column.bytes, nulls };
    }
    case "object": {
      const values: unknown[] = new Array(count);
      for (let index = 0; index < count; index++) values[index] = column.values[rows[index]];
      return { layout: "object", values, nulls };
    }
  }
}

function takeNumbers<Values extends Uint8Array | Int32Array | Float64Array>(source: Values, target: Values, rows: Int32Array, count: number): Values {
  for (let index = 0; index < count; index++) target[index] = source[rows[index]];
  return target;
}

function takeNulls(source: Uint8Array, rows: Int32Array, count: number): Uint8Array | null {
  const nulls = new Uint8Array(count);
  let any = 0;
  for (let index = 0; index < count; index++) any |= nulls[index] = source[rows[index]];
  return any === 0 ? null : nulls;
}

/** Rows `start` … `end` − 1 as views of the same arrays. */
export function sliceColumn(column: Column, start: number, end: number): Column {
  const nulls = column.nulls === null ? null : column.nulls.subarray(start, end);
  switch (column.layout) {
    case "byte":
      return { layout: "byte", values: column.values.subarray(start, end), nulls };
    case "int":
      return { layout: "int", values: column.values.subarray(start, end), nulls };
    case "double":
      return { layout: "double", values: column.values.subarray(start, end), nulls };
    case "wide":
      return { layout: "wide", values: column.values.subarray(start, end), nulls };
    case "string":
      return { layout: "string", values: column.values.subarray(start, end), dictionary: column.dictionary, nulls };
    case "view":
      return { layout: "view", starts: column.starts.subarray(start, end), ends: column.ends.subarray(start, end), bytes: column.bytes, nulls };
    case "object":
      return { layout: "object", values: column.values.slice(start, end), nulls };
  }
}

export function sliceBatch(batch: Batch, start: number, end: number): Batch {
  if (start === 0 && end === batch.length) return batch;
  return {
    schema: batch.schema,
    length: end - start,
    columns: batch.columns.map((column) => sliceColumn(column, start, end)),
    changes: batch.changes === null ? null : batch.changes.subarray(start, end),
  };
}

export function takeRows(batch: Batch, rows: Int32Array, count = rows.length): Batch {
  let changes: Int8Array | null = null;
  if (batch.changes !== null) {
    changes = new Int8Array(count);
    for (let index = 0; index < count; index++) changes[index] = batch.changes[rows[index]];
  }
  return { schema: batch.schema, length: count, columns: batch.columns.map((column) => takeColumn(column, rows, count)), changes };
}

/** A batch of rows given as scalars in column order. */
export function batchFromRows(schema: Schema, rows: readonly (readonly unknown[])[]): Batch {
  const columns = schema.fields.map((field, index) =>
    columnFromScalars(
      field.type,
      rows.map((row) => row[index]),
    ),
  );
  return { schema, length: rows.length, columns, changes: null };
}

/** The rows of a batch as scalars. */
export function rowsOf(batch: Batch): unknown[][] {
  return Array.from({ length: batch.length }, (_, row) => batch.schema.fields.map((field, index) => readScalar(batch.columns[index], field.type, row)));
}
