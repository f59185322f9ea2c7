import type { Clock } from "../core/index.ts";
import { AppendBuilder } from "./append-builder.ts";
import type { DeadLetter, DeadLetters } from "./dead-letters.ts";
import type { EmbeddedAppend } from "./embedded.ts";
import { ensureStream, type StreamKeeper } from "./internal-streams.ts";

/** The internal stream of all pipelines' dead letters. */
export const deadLetterStream = "$dead-letters";

/** A letter as it is stored, as JSON. The record's key is the job's name. */
export interface StoredDeadLetter {
  /** That of a {@link DeadLetter}, or "undeliverable" for a message no subscriber took. */
  readonly reason: string;
  readonly message: string;
  /** Pipeline or service that met it. */
  readonly job: string;
  readonly table: string;
  readonly position: string;
  readonly timeMs: number;
  /** The record, in Base64. */
  readonly bytes: string;
}

export interface DeadLetterBufferOptions {
  readonly job: string;
  readonly clock: Clock;
  /** Above this many bytes the buffer says it is full, so that sources wait for the epoch's end. */
  readonly bytesMax: number;
}

const encoder = new TextEncoder();

/** Makes the stream if it is not there. Before the first letter. */
export async function ensureDeadLetterStream(log: StreamKeeper): Promise<void> {
  await ensureStream(log, deadLetterStream, { shards: 1, retentionMs: null });
}

/** Bytes of a letter in the stream. */
export function encodeDeadLetter(
  { bytes, ...letter }: Omit<StoredDeadLetter, "bytes" | "timeMs"> & { readonly bytes: Uint8Array },
  timeMs: number,
): Uint8Array {
  const stored: StoredDeadLetter = { ...letter, timeMs, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64") };
  return encoder.encode(JSON.stringify(stored));
}

/** Letters of one epoch in the making. They are stored in the epoch's own commit: exactly once. */
export class DeadLetterBuffer implements DeadLetters {
  readonly #options: DeadLetterBufferOptions;
  readonly #key: Uint8Array;
  readonly #builder = new AppendBuilder();
  readonly #counts: Record<string, number> = {};

  constructor(options: DeadLetterBufferOptions) {
    this.#options = options;
    this.#key = encoder.encode(options.job);
  }

  add({ reason, message, table, position, bytes }: DeadLetter): void {
    const letter = encodeDeadLetter({ reason, message, job: this.#options.job, table, position, bytes }, this.#options.clock.nowMs());
    this.#builder.add(this.#key, letter);
    this.#counts[reason] = (this.#counts[reason] ?? 0) + 1;
  }

  /** True when sources should wait until {@link take}. */
  get full(): boolean {
    return this.#builder.sizeBytes >= this.#options.bytesMax;
  }

  /** What came since the last call, for the epoch's commit. */
  take(): readonly EmbeddedAppend[] {
    return this.#builder.count === 0 ? [] : [this.#builder.take(deadLetterStream)];
  }

  /** Letters of this run, by reason. */
  counts(): Readonly<Record<string, number>> {
    return { ...this.#counts };
  }
}
