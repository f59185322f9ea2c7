/** Reads a source as the engine does, and checks that every position is exact. */
import { deepStrictEqual, ok } from "node:assert/strict";
import { rowsOf } from "../../data/index.ts";
import type { Source, SourceChunk, Split, SplitPosition } from "../contract.ts";

export interface ReadRecord {
  readonly split: string;
  readonly text: string;
}

interface ReadChunk {
  readonly records: readonly string[];
  readonly position: SplitPosition;
}

/** Record i of a chunk as text. */
function recordTexts(chunk: Exclude<SourceChunk, { kind: "idle" }>): string[] {
  if (chunk.kind === "columns")
    return rowsOf(chunk.batch).map((row) => JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)));
  const { bytes, starts, ends, count } = chunk;
  return Array.from({ length: count }, (_, index) => Buffer.from(bytes.buffer, bytes.byteOffset + starts[index], ends[index] - starts[index]).toString("utf8"));
}

/** Reads a split to its end. */
export async function readSplit(source: Source, split: Split, bytesMax: number): Promise<ReadChunk[]> {
  const reader = await source.open(split);
  const chunks: ReadChunk[] = [];
  for (;;) {
    const chunk = await reader.read(bytesMax);
    if (chunk === null) break;
    if (chunk.kind === "idle") await chunk.ready;
    else chunks.push({ records: recordTexts(chunk), position: JSON.parse(JSON.stringify(chunk.position)) as SplitPosition });
  }
  await reader.close();
  return chunks;
}

/**
 * Checks a bounded source: the records of each split are the same from whatever position of a chunk reading begins, and
 * whatever the chunk size. `open` gives a new source over the same data. Answers the records by split.
 */
export async function checkSourcePositions(open: () => Promise<Source>, bytesMax: number): Promise<Map<string, string[]>> {
  const source = await open();
  ok(source.bounded, "the source ends");
  const splits = await source.discover(new Set());
  deepStrictEqual(new Set(splits.map(({ id }) => id)).size, splits.length, "split ids are unique");
  const found = new Map<string, string[]>();
  for (const split of splits) {
    const chunks = await readSplit(source, split, bytesMax);
    const all = chunks.flatMap(({ records }) => records);
    found.set(split.id, all);
    let before = 0;
    for (const { records, position } of chunks) {
      before += records.length;
      const again = await open();
      await again.discover(new Set([split.id]));
      const rest = await readSplit(again, { id: split.id, position }, bytesMax * 3);
      deepStrictEqual(
        rest.flatMap((chunk) => chunk.records),
        all.slice(before),
        `${split.id}: reading on at ${JSON.stringify(position)}`,
      );
      await again.close();
    }
  }
  deepStrictEqual((await source.discover(new Set(splits.map(({ id }) => id)))).length, 0, "known splits are not given again");
  await source.close();
  return found;
}
