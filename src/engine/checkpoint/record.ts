/** The epoch's record: everything but operator state that a restart needs, one JSON document in the log's "epochs" table. */
import { HeadraceError } from "../../core/index.ts";

export interface EpochRecord {
  readonly epoch: number;
  /** Newest complete snapshot and where its parts begin in the state stream; null: state is rebuilt from changes alone. */
  readonly snapshot: { readonly epoch: number; readonly offset: number } | null;
  /** Layout of the state: operators by name with the layouts of their states. A plan with another is refused. */
  readonly layout: readonly string[];
  readonly sources: Readonly<Record<string, SourceRecord>>;
  readonly sinks: Readonly<Record<string, SinkRecord>>;
  /** Rows and bytes since the job began, for people. */
  readonly counters: Readonly<Record<string, number>>;
  readonly finished: boolean;
}

export interface SourceRecord {
  /** Split → position. */
  readonly positions: Readonly<Record<string, unknown>>;
  readonly ended: Readonly<Record<string, unknown>>;
  /** Split → watermark in milliseconds. */
  readonly watermarks: Readonly<Record<string, number>>;
  /** What operators were last told; null for −∞. */
  readonly publishedMs: number | null;
}

export interface SinkRecord {
  /** Base64. */
  readonly committable: string | null;
  readonly state: string | null;
}

export function encodeRecord(record: EpochRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record));
}

export function decodeRecord(bytes: Uint8Array): EpochRecord {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as EpochRecord;
  } catch (cause) {
    throw new HeadraceError("corrupt", "the epoch's record is not readable", { cause });
  }
}

export function toBase64(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

export function fromBase64(text: string | null): Uint8Array | null {
  return text === null ? null : new Uint8Array(Buffer.from(text, "base64"));
}
