import { invalidOption, openRowEncoder, plainText, type ConnectorTable, type Prepared, type RowEncoder, type Sink } from "../../connector/index.ts";
import { HeadraceError } from "../../core/index.ts";
import { readScalar, type Batch } from "../../data/index.ts";
import { option } from "./options.ts";
import { RowPacker } from "./packer.ts";

/** Rows of one epoch in memory; sources wait beyond it. */
const epochBytesMax = 32 * 1024 * 1024;

/** Records become visible with the epoch, in its own commit: exactly once. */
export class StreamSink implements Sink {
  readonly ability = { changes: "append", guarantee: "transactional" } as const;
  readonly #stream: string;
  readonly #encoder: RowEncoder;
  readonly #keyColumns: readonly number[];
  readonly #packer = new RowPacker();
  readonly #scope: string;
  #epoch = 0;
  #batch = 0;
  #waiting: (() => void)[] = [];

  constructor(table: ConnectorTable, scope: string) {
    this.#stream = table.options.text("stream");
    this.#encoder = openRowEncoder(table);
    this.#keyColumns = keyColumns(table);
    this.#scope = scope;
  }

  write(batch: Batch): void {
    if (batch.length === 0) return;
    if (batch.changes !== null) throw new HeadraceError("internal", "a stream takes insertions only");
    const rows = this.#encoder.encode(batch);
    if (this.#keyColumns.length > 0) this.#packer.addWithKeys(rows, this.#keys(batch));
    else this.#packer.addUnderKey(rows, this.#madeUpKey());
  }

  /** Rows without a key still need one for their shard: one per batch, the same when the epoch is repeated, spreads them and keeps them together. */
  #madeUpKey(): Uint8Array {
    return Buffer.from(`${this.#scope}-${this.#epoch + 1}-${this.#batch++}`);
  }

  #keys(batch: Batch): (Uint8Array | null)[] {
    const { fields } = batch.schema;
    return Array.from({ length: batch.length }, (_, row) => {
      const cells = this.#keyColumns.map((column) => readScalar(batch.columns[column], fields[column].type, row));
      if (cells.length === 1 && cells[0] === null) return null;
      return Buffer.from(cells.map((cell, index) => plainText(cell, fields[this.#keyColumns[index]].type)).join("|"));
    });
  }

  full(): boolean {
    return this.#packer.sizeBytes >= epochBytesMax;
  }

  async drained(): Promise<void> {
    if (this.full()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async prepare(epoch: number): Promise<Prepared> {
    this.#epoch = epoch;
    this.#batch = 0;
    const appends = this.#packer.count === 0 ? [] : [this.#packer.take(this.#stream)];
    for (const resolve of this.#waiting.splice(0)) resolve();
    return { committable: null, state: null, appends };
  }

  async commit(): Promise<void> {}
  async restore(epoch: number): Promise<void> {
    this.#epoch = epoch;
  }
  finish(): void {}
  async close(): Promise<void> {}
}

function keyColumns(table: ConnectorTable): number[] {
  const given = (["sink.partition-key", "key.fields"] as const).find((name) => table.options.optionalText(name) !== undefined);
  if (given === undefined) return table.partitionedBy.map((name) => table.schema.fields.findIndex((field) => field.name === name));
  const text = table.options.text(given);
  return text.split(";").map((each) => {
    const column = table.schema.fields.findIndex((field) => field.name === each.trim());
    if (column < 0) throw invalidOption(option(given), text, { connector: "stream", table: table.name }, `columns of the table; '${each.trim()}' is none`);
    return column;
  });
}
