/** What Kinesis knows of a stream and the log does not, kept in the log's table "kinesis" under "stream/NAME". */
import type { Entry, Table } from "../../log/index.ts";

export const kinesisTable = "kinesis";

export type StreamMode = "PROVISIONED" | "ON_DEMAND";

export interface StreamMetadata {
  mode: StreamMode;
  tags: Record<string, string>;
  /** Largest record, data and partition key together, in KiB. */
  maxRecordSizeKiB: number;
  warmThroughputMiBps: number | null;
}

const defaults: StreamMetadata = { mode: "PROVISIONED", tags: {}, maxRecordSizeKiB: 1024, warmThroughputMiBps: null };

function keyOf(stream: string): string {
  return `stream/${stream}`;
}

/** Every put asks; a stored value is never changed, only replaced. */
const parsed = new WeakMap<Uint8Array, StreamMetadata>();

/** A stream made by another front has no entry and gets the defaults. */
export function readStreamMetadata(table: Table, stream: string): StreamMetadata {
  const stored = table.get(keyOf(stream));
  if (stored === undefined) return defaults;
  let metadata = parsed.get(stored);
  if (metadata === undefined) {
    metadata = { ...defaults, ...(JSON.parse(Buffer.from(stored).toString("utf8")) as Partial<StreamMetadata>) };
    parsed.set(stored, metadata);
  }
  return metadata;
}

export function writeStreamMetadata(stream: string, metadata: StreamMetadata): Entry {
  return { kind: "put", table: kinesisTable, key: keyOf(stream), value: Buffer.from(JSON.stringify(metadata), "utf8") };
}

export function removeStreamMetadata(stream: string): Entry {
  return { kind: "put", table: kinesisTable, key: keyOf(stream), value: null };
}
