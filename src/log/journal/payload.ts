/**
 * What a frame carries: one commit's entries. Pure.
 *
 *     1 append   shard uint32, base offset float64, length uint32, record batch
 *     2 put      table length uint16, table, key length uint32, key, value length int32 (−1: remove), value
 *     3 change   length uint32, JSON of every other entry
 */
import { HeadraceError } from "../../core/index.ts";
import type { ChangeEntry } from "../state/changes.ts";

export interface StoredAppend {
  readonly kind: "append";
  readonly shard: number;
  readonly baseOffset: number;
  readonly batch: Uint8Array;
}
export interface StoredPut {
  readonly kind: "put";
  readonly table: string;
  readonly key: string;
  readonly value: Uint8Array | null;
}
export interface StoredChange {
  readonly kind: "change";
  readonly change: ChangeEntry;
}
export type StoredEntry = StoredAppend | StoredPut | StoredChange;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const codes = { append: 1, put: 2, change: 3 } as const;

/** The payload in pieces; batches are not copied. */
export function encodePayload(entries: readonly StoredEntry[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (const entry of entries) {
    switch (entry.kind) {
      case "append": {
        const head = new Uint8Array(17);
        const view = new DataView(head.buffer);
        head[0] = codes.append;
        view.setUint32(1, entry.shard);
        view.setFloat64(5, entry.baseOffset);
        view.setUint32(13, entry.batch.length);
        pieces.push(head, entry.batch);
        break;
      }
      case "put":
        pieces.push(encodePut(entry));
        break;
      case "change": {
        const json = encoder.encode(JSON.stringify(entry.change, (_, value: unknown) => (typeof value === "bigint" ? { $bigint: String(value) } : value)));
        const piece = new Uint8Array(5 + json.length);
        piece[0] = codes.change;
        new DataView(piece.buffer).setUint32(1, json.length);
        piece.set(json, 5);
        pieces.push(piece);
        break;
      }
    }
  }
  return pieces;
}

function encodePut(entry: StoredPut): Uint8Array {
  const table = encoder.encode(entry.table);
  const key = encoder.encode(entry.key);
  const piece = new Uint8Array(11 + table.length + key.length + (entry.value?.length ?? 0));
  const view = new DataView(piece.buffer);
  piece[0] = codes.put;
  view.setUint16(1, table.length);
  piece.set(table, 3);
  view.setUint32(3 + table.length, key.length);
  piece.set(key, 7 + table.length);
  view.setInt32(7 + table.length + key.length, entry.value === null ? -1 : entry.value.length);
  if (entry.value !== null) piece.set(entry.value, 11 + table.length + key.length);
  return piece;
}

/** Entries of a payload whose CRC was right; views of its bytes. Throws `corrupt` for one that this version cannot read. */
export function decodePayload(payload: Uint8Array): StoredEntry[] {
  const entries: StoredEntry[] = [];
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  let at = 0;
  while (at < payload.length) {
    const code = payload[at];
    if (code === codes.append) {
      const length = view.getUint32(at + 13);
      entries.push({ kind: "append", shard: view.getUint32(at + 1), baseOffset: view.getFloat64(at + 5), batch: payload.subarray(at + 17, at + 17 + length) });
      at += 17 + length;
    } else if (code === codes.put) {
      const tableLength = view.getUint16(at + 1);
      const keyLength = view.getUint32(at + 3 + tableLength);
      const table = decoder.decode(payload.subarray(at + 3, at + 3 + tableLength));
      const key = decoder.decode(payload.subarray(at + 7 + tableLength, at + 7 + tableLength + keyLength));
      const valueLength = view.getInt32(at + 7 + tableLength + keyLength);
      const valueAt = at + 11 + tableLength + keyLength;
      entries.push({ kind: "put", table, key, value: valueLength < 0 ? null : payload.slice(valueAt, valueAt + valueLength) });
      at = valueAt + Math.max(0, valueLength);
    } else if (code === codes.change) {
      const length = view.getUint32(at + 1);
      const json = decoder.decode(payload.subarray(at + 5, at + 5 + length));
      entries.push({ kind: "change", change: JSON.parse(json, reviveBigint) as ChangeEntry });
      at += 5 + length;
    } else throw new HeadraceError("corrupt", `a frame holds an entry of kind ${code}, written by a newer version`);
  }
  return entries;
}

function reviveBigint(_: string, value: unknown): unknown {
  return typeof value === "object" && value !== null && "$bigint" in value ? BigInt(String(value.$bigint)) : value;
}
