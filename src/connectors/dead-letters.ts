/** Dead letters of those who have no epochs: kept at once. */
import { deadLetterStream, encodeDeadLetter, ensureDeadLetterStream, type StoredDeadLetter, type StreamKeeper } from "../connector/index.ts";
import { HeadraceError, type Clock } from "../core/index.ts";
import { encodeBatch } from "../log/index.ts";

export type NewDeadLetter = Omit<StoredDeadLetter, "bytes" | "timeMs"> & { readonly bytes: Uint8Array };

/** Stores letters in the dead letters' stream; durable when it resolves. */
export async function appendDeadLetters(log: StreamKeeper, clock: Clock, letters: readonly NewDeadLetter[]): Promise<void> {
  if (letters.length === 0) return;
  await ensureDeadLetterStream(log);
  const stream = await log.stream(deadLetterStream);
  if (stream === undefined) throw new HeadraceError("internal", `stream ${deadLetterStream} was not made`);
  const timestampMs = clock.nowMs();
  const batch = encodeBatch(
    letters.map((letter) => ({ key: new TextEncoder().encode(letter.job), value: encodeDeadLetter(letter, timestampMs), timestampMs })),
  );
  await log.commit([{ kind: "append", shard: stream.shards[0], batch }]);
}
