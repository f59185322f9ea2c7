/** Pages over the internal stream that holds the dead letters. */
import type { DeadLetterInformation, Page } from "../client/index.ts";
import { forEachRecord, type Log } from "../log/index.ts";

const pageMax = 1_000;

export async function listDeadLetters(log: Log, query: URLSearchParams): Promise<Page<DeadLetterInformation>> {
  const stream = log.stream("$dead-letters");
  const limit = Math.min(pageMax, Math.max(1, Number(query.get("limit") ?? 100) || 100));
  if (stream === undefined) return { items: [], next: null };
  const job = query.get("job");
  const shard = stream.shards[0];
  let offset = Number(query.get("after") ?? -1) + 1;
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
