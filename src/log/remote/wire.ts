/**
 * Messages between a log and the threads that use it. Bytes travel as one buffer per message, copied once and then
 * transferred; everything else is small and cloned.
 */
import { HeadraceError, type ErrorCode } from "../../core/index.ts";
import type { Entry } from "../entries.ts";
import type { ReadRequest, ReadResult, StoredBatch, TailRequest } from "../log.ts";

export type Request =
  | { method: "commit"; entries: PackedEntries }
  | { method: "read"; request: ReadRequest }
  | { method: "offsetAtTime"; shard: number; timestampMs: number }
  | { method: "shard"; shard: number }
  | { method: "stream"; name: string }
  | { method: "streams" }
  | { method: "tableGet"; table: string; key: string }
  | { method: "tableEntries"; table: string; prefix: string }
  | { method: "health" }
  | { method: "tailOpen"; tail: number; request: TailRequest }
  | { method: "tailNext"; tail: number }
  | { method: "tailClose"; tail: number };

export interface Question {
  readonly id: number;
  readonly request: Request;
}

export type Answer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly failure: PackedError };

/** Entries whose bytes were replaced by an empty array; where they lie in `bytes` stands in `spans`, two numbers each. */
export interface PackedEntries {
  readonly entries: readonly Entry[];
  readonly bytes: ArrayBuffer;
  readonly spans: readonly number[];
}

/** Four numbers per batch in `columns`: length, base offset, record count, append time. */
export interface PackedResult {
  readonly columns: Float64Array;
  readonly bytes: ArrayBuffer;
  readonly nextOffset: number;
  readonly startOffset: number;
  readonly endOffset: number;
}

export interface PackedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

const none = new Uint8Array(0);

export function packEntries(entries: readonly Entry[]): PackedEntries {
  const pieces: Uint8Array[] = [];
  const bare = entries.map((entry): Entry => {
    if (entry.kind === "append") {
      pieces.push(entry.batch);
      return { ...entry, batch: none };
    }
    if (entry.kind !== "put" || entry.value === null) return entry;
    pieces.push(entry.value);
    return { ...entry, value: none };
  });
  const { bytes, spans } = join(pieces);
  return { entries: bare, bytes, spans };
}

export function unpackEntries({ entries, bytes, spans }: PackedEntries): Entry[] {
  let at = 0;
  const next = (): Uint8Array => new Uint8Array(bytes, spans[at++], spans[at++]);
  return entries.map((entry): Entry => {
    if (entry.kind === "append") return { ...entry, batch: next() };
    if (entry.kind === "put" && entry.value !== null) return { ...entry, value: next() };
    return entry;
  });
}

/** One buffer for all pieces; a single piece that has a buffer for itself is given away as it is. */
function join(pieces: readonly Uint8Array[]): { bytes: ArrayBuffer; spans: number[] } {
  const only = pieces.length === 1 ? pieces[0] : undefined;
  if (only !== undefined && only.buffer instanceof ArrayBuffer && only.byteLength === only.buffer.byteLength && !Buffer.isBuffer(only)) {
    return { bytes: only.buffer, spans: [0, only.byteLength] };
  }
  const whole = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0));
  const spans: number[] = [];
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    spans.push(at, piece.length);
    at += piece.length;
  }
  return { bytes: whole.buffer, spans };
}

/** The stored bytes are shared by all readers, so they are always copied. */
export function packResult(result: ReadResult): PackedResult {
  const columns = new Float64Array(result.batches.length * 4);
  const whole = new Uint8Array(result.batches.reduce((total, batch) => total + batch.bytes.length, 0));
  let at = 0;
  result.batches.forEach((batch, index) => {
    columns.set([batch.bytes.length, batch.baseOffset, batch.recordCount, batch.appendTimeMs], index * 4);
    whole.set(batch.bytes, at);
    at += batch.bytes.length;
  });
  return { columns, bytes: whole.buffer, nextOffset: result.nextOffset, startOffset: result.startOffset, endOffset: result.endOffset };
}

export function unpackResult({ columns, bytes, nextOffset, startOffset, endOffset }: PackedResult): ReadResult {
  const batches: StoredBatch[] = [];
  let at = 0;
  for (let index = 0; index < columns.length; index += 4) {
    batches.push({
      bytes: new Uint8Array(bytes, at, columns[index]),
      baseOffset: columns[index + 1],
      recordCount: columns[index + 2],
      appendTimeMs: columns[index + 3],
    });
    at += columns[index];
  }
  return { batches, nextOffset, startOffset, endOffset };
}

export function packError(error: unknown): PackedError {
  if (error instanceof HeadraceError) return { code: error.code, message: error.message, hint: error.hint };
  return { code: "internal", message: error instanceof Error ? error.message : String(error), hint: undefined };
}

export function unpackError({ code, message, hint }: PackedError): HeadraceError {
  return new HeadraceError(code, message, hint === undefined ? undefined : { hint });
}
