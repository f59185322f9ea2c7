import type { ConnectorTable, Source, SourceChunk, Split, SplitReader } from "../../connector/index.ts";
import { sleep, type Platform } from "../../core/index.ts";
import { makeColumn } from "./columns.ts";
import { parseFieldOptions, type FieldOptions } from "./field-options.ts";

interface Position {
  /** Rows made. */
  readonly row: number;
  readonly seed: number;
}

const chunkRowsMax = 1024;
/** Rows are made in portions of about this long, so that small rates do not wake the process for each row. */
const portionMs = 20;

/** One split; its position is the number of rows made, and the seed. */
export class DatagenSource implements Source {
  readonly #table: ConnectorTable;
  readonly #platform: Platform;
  readonly #fields: readonly FieldOptions[];
  readonly #rowsMax: number;
  #drained = false;

  constructor(table: ConnectorTable, platform: Platform) {
    this.#table = table;
    this.#platform = platform;
    this.#fields = parseFieldOptions(table);
    const sequences = this.#fields.filter(({ kind }) => kind === "sequence").map(({ start, end }) => end - start + 1);
    this.#rowsMax = Math.min(table.options.optionalNumber("number-of-rows") ?? Infinity, ...sequences);
  }

  get bounded(): boolean {
    return this.#drained || this.#rowsMax < Infinity;
  }

  async discover(known: ReadonlySet<string>): Promise<readonly Split[]> {
    if (known.size > 0) return [];
    const seed = this.#table.options.optionalNumber("seed") ?? Math.floor(this.#platform.random.float() * 2 ** 32);
    return [{ id: "rows", position: { row: 0, seed } satisfies Position }];
  }

  async open(split: Split): Promise<SplitReader> {
    const position = split.position as Position;
    const { clock } = this.#platform;
    const rate = this.#table.options.number("rows-per-second");
    const startMs = clock.monotonicMs();
    let { row } = position;
    return {
      read: async (): Promise<SourceChunk | null> => {
        if (this.#drained || row >= this.#rowsMax) return null;
        const dueRows = rate === 0 ? Infinity : position.row + Math.floor(((clock.monotonicMs() - startMs) / 1000) * rate);
        const length = Math.min(chunkRowsMax, this.#rowsMax - row, dueRows - row);
        if (length <= 0) return { kind: "idle", ready: sleep(clock, Math.max(portionMs, Math.min(1000, 1000 / rate))) };
        const chunk = this.#chunk(position.seed, row, length);
        row += length;
        return chunk;
      },
      close: async () => {},
    };
  }

  #chunk(seed: number, from: number, length: number): SourceChunk {
    const { schema } = this.#table;
    const nowMs = this.#platform.clock.nowMs();
    const columns = schema.fields.map((field, column) => makeColumn(field, this.#fields[column], { seed, column, from, length, nowMs }));
    return { kind: "columns", batch: { schema, length, columns, changes: null }, position: { row: from + length, seed } satisfies Position };
  }

  async drain(): Promise<void> {
    this.#drained = true;
  }
  async close(): Promise<void> {}
}
