import { AppendBuilder, type ConnectorTable, type Prepared, type Sink } from "../../connector/index.ts";
import type { Clock } from "../../core/index.ts";
import type { Batch } from "../../data/index.ts";
import { encodeEnvelope } from "./envelope.ts";
import { MessageMaker } from "./messages.ts";
import { topicStream } from "./topics.ts";

/** Messages of one epoch in memory; sources wait beyond it. */
const epochBytesMax = 16 * 1024 * 1024;

/** Publishes to a topic of this server: the message is in the topic's stream with the epoch's own commit, exactly once. */
export class TopicSink implements Sink {
  readonly ability = { changes: "append", guarantee: "transactional" } as const;
  readonly #stream: string;
  readonly #maker: MessageMaker;
  readonly #builder = new AppendBuilder();
  readonly #clock: Clock;
  /** When the first of the messages held now came. */
  #firstMs: number | null = null;
  #waiting: (() => void)[] = [];

  constructor(table: ConnectorTable, topic: string, clock: Clock) {
    this.#clock = clock;
    this.#stream = topicStream(topic);
    this.#maker = new MessageMaker(table);
  }

  write(batch: Batch): void {
    if (batch.length > 0) this.#firstMs ??= this.#clock.monotonicMs();
    for (const { envelope, group } of this.#maker.messages(batch)) this.#builder.add(group === null ? null : Buffer.from(group), encodeEnvelope(envelope));
  }

  /** At once: messages are actions, somebody waits for them. */
  epochDueMs(): number | null {
    return this.#firstMs;
  }

  full(): boolean {
    return this.#builder.sizeBytes >= epochBytesMax;
  }

  async drained(): Promise<void> {
    if (this.full()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async prepare(): Promise<Prepared> {
    this.#firstMs = null;
    const appends = this.#builder.count === 0 ? [] : [this.#builder.take(this.#stream)];
    for (const resolve of this.#waiting.splice(0)) resolve();
    return { committable: null, state: null, appends };
  }

  async commit(): Promise<void> {}
  async restore(): Promise<void> {}
  finish(): void {}
  async close(): Promise<void> {}
}
