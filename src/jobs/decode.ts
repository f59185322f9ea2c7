/** A scan's chunks to its columns: records through the format's decoder, metadata beside them, columns as they come. */
import type { ColumnChunk, OptionValues, RawChunk } from "../connector/index.ts";
import { formatOptionTexts } from "../connector/index.ts";
import { HeadraceError } from "../core/index.ts";
import { columnFromScalars, createDecoder, isRecordFormat, readScalar, type Batch, type Column, type Decoder } from "../data/index.ts";
import type { DecodedRows } from "../engine/index.ts";
import type { ScanField, ScanNode } from "../sql/index.ts";

export type ChunkDecoder = (chunk: RawChunk | ColumnChunk, from: number, count: number) => DecodedRows;

/** `computed`: columns that are computed with, to be interned; the others only pass through. */
export function createChunkDecoder(scan: ScanNode, options: OptionValues, computed: ReadonlySet<number>): ChunkDecoder {
  const raw = new RawRows(scan, options, computed);
  return (chunk, from, count) => (chunk.kind === "raw" ? raw.decode(chunk, from, count) : { batch: projectColumns(scan, chunk, from, count), failed: [] });
}

class RawRows {
  readonly #scan: ScanNode;
  readonly #decoder: Decoder | null;

  constructor(scan: ScanNode, options: OptionValues, computed: ReadonlySet<number>) {
    this.#scan = scan;
    const format = options.optionalText("format");
    const fields = scan.fields.flatMap((field, index) =>
      field.kind === "physical" ? [{ path: field.path, type: field.type, as: computed.has(index) ? ("string" as const) : ("view" as const) }] : [],
    );
    const columns = scan.table.columns.filter((column) => column.kind === "physical").map(({ name, type }) => ({ name, type }));
    this.#decoder =
      format !== undefined && isRecordFormat(format) ? createDecoder(format, { fields, columns, options: formatOptionTexts(format, options) }) : null;
  }

  decode(chunk: RawChunk, from: number, count: number): DecodedRows {
    if (this.#decoder === null) throw new HeadraceError("internal", `table ${this.#scan.table.name} sends records and has no format`);
    const { length, columns, failed, dropped } = this.#decoder.decode(chunk, from, count);
    const hasMetadata = this.#scan.fields.some((field) => field.kind === "metadata");
    const kept = hasMetadata ? keptRecords(from, count, [...failed.map(({ index }) => index), ...dropped]) : [];
    let next = 0;
    const all = this.#scan.fields.map((field): Column => (field.kind === "physical" ? columns[next++] : metadataColumn(chunk, field, kept)));
    return { batch: { schema: this.#scan.schema, length, columns: all, changes: null }, failed };
  }
}

/** Numbers of the records whose rows are in the batch. */
function keptRecords(from: number, count: number, leftOut: readonly number[]): number[] {
  const out = new Set(leftOut);
  const kept: number[] = [];
  for (let index = from; index < from + count; index++) if (!out.has(index)) kept.push(index);
  return kept;
}

function metadataColumn(chunk: RawChunk, field: Extract<ScanField, { kind: "metadata" }>, kept: readonly number[]): Column {
  return columnFromScalars(
    field.type,
    kept.map((index) => chunk.metadata(field.metadata, index) ?? null),
  );
}

/** The wanted columns of a batch that a source made itself. */
function projectColumns(scan: ScanNode, chunk: ColumnChunk, from: number, count: number): Batch {
  const { batch } = chunk;
  if (from !== 0 || count !== batch.length) throw new HeadraceError("internal", "a chunk of columns is taken whole");
  const columns = scan.fields.map((field): Column => {
    if (field.kind === "metadata") throw new HeadraceError("sql-unsupported", `table ${scan.table.name} has no metadata "${field.metadata}"`);
    const index = batch.schema.fields.findIndex(({ name }) => name === field.path[0]);
    if (index < 0) throw new HeadraceError("sql-invalid", `table ${scan.table.name}: the source has no column ${field.path[0]}`);
    return field.path.length === 1 ? batch.columns[index] : nestedColumn(batch, index, field);
  });
  return { schema: scan.schema, length: count, columns, changes: null };
}

function nestedColumn(batch: Batch, index: number, field: Extract<ScanField, { kind: "physical" }>): Column {
  const top = batch.schema.fields[index].type;
  const scalars = Array.from({ length: batch.length }, (_, row) => {
    let value = readScalar(batch.columns[index], top, row);
    let type = top;
    for (const name of field.path.slice(1)) {
      if (value === null || type.kind !== "row") return null;
      const at = type.fields.findIndex((each) => each.name === name);
      value = (value as unknown[])[at] ?? null;
      type = type.fields[at].type;
    }
    return value;
  });
  return columnFromScalars(field.type, scalars);
}
