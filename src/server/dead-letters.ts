/** Pages over the internal stream that holds the dead letters. */
import type { DeadLetterInformation, Page } from "../client/index.ts";
import { HeadraceError } from "../core/index.ts";
import { forEachRecord, type Log } from "../log/index.ts";

const pageMax = 1_000;

export async function listDeadLetters(log: Log, query: URLSearchParams): Promise<Page<DeadLetterInformation>> {
  const stream = log.stream("$dead-letters");
  const limit = Math.min(pageMax, Math.max(1, whole(query, "limit", 100)));
  let offset = query.has("after") ? whole(query, "after", 0) + 1 : 0;
  if (stream === undefined) return { items: [], next: null };
  const job = query.get("job");
  const shard = stream.shards[0];
  const items: DeadLetterInformation[] = [];
  for (;;) {
    const result = await log.read({ shard, offset, bytesMax: 1024 * 1024 });
    for (const batch of result.batches) {
      forEachRecord(batch.bytes, (record) => {
        if (record.offset < offset || items.length >= limit) return;
        const letter = JSON.parse(new TextDecoder().decode(batch.bytes.subarray(record.valueStart, record.valueEnd))) as Omit<DeadLetterInformation, "number">;
        if (job === null || letter.job === job) items.push({ number: record.offset, ...letter });
      });
    }
    offset = result.nextOffset;
    if (items.length >= limit || result.batches.length === 0) break;
  }
  const last = items.at(-1);
  return { items, next: items.length < limit || last === undefined ? null : String(last.number) };
}

function whole(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? String(otherwise);
  if (!/^\d{1,15}$/.test(text)) throw new HeadraceError("invalid-argument", `${name} is '${text}', expected a whole number`);
  return Number(text);
}
