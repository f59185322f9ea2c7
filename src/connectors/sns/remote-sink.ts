import { retry, type ConnectorTable, type Prepared, type Sink } from "../../connector/index.ts";
import type { Platform } from "../../core/index.ts";
import type { Batch } from "../../data/index.ts";
import { MessageMaker, type Message } from "./messages.ts";
import { isPassing, type PublicationEntry, type Publisher } from "./publisher.ts";

export interface RemoteSinkOptions {
  readonly table: ConnectorTable;
  readonly platform: Platform;
  /** Keeps refused messages; they came after the epoch, so at once. */
  bury(letters: readonly { readonly message: string; readonly bytes: Uint8Array }[]): Promise<void>;
  readonly publisher: Publisher;
  readonly topic: string;
  /** Unique on this server: deduplication ids begin with it. */
  readonly scope: string;
}

const epochBytesMax = 8 * 1024 * 1024;
const batchEntriesMax = 10;
const batchBytesMax = 256 * 1024;

/**
 * Publishes when the epoch is durable: nothing that is read again after a failure was published before. At least once; the
 * deduplication id is the same at every repeat, so that FIFO topics drop it.
 */
export class RemoteSink implements Sink {
  readonly ability = { changes: "append", guarantee: "at-least-once" } as const;
  readonly #options: RemoteSinkOptions;
  readonly #maker: MessageMaker;
  #messages: Message[] = [];
  #bytes = 0;
  #closed = false;
  #waiting: (() => void)[] = [];

  constructor(options: RemoteSinkOptions) {
    this.#options = options;
    this.#maker = new MessageMaker(options.table);
  }

  write(batch: Batch): void {
    for (const message of this.#maker.messages(batch)) {
      this.#messages.push(message);
      this.#bytes += messageBytes(message);
    }
  }

  full(): boolean {
    return this.#bytes >= epochBytesMax;
  }

  async drained(): Promise<void> {
    if (this.full()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async prepare(): Promise<Prepared> {
    const committable = this.#messages.length === 0 ? null : Buffer.from(JSON.stringify(this.#messages));
    this.#messages = [];
    this.#bytes = 0;
    for (const resolve of this.#waiting.splice(0)) resolve();
    return { committable, state: null, appends: [] };
  }

  async commit(epoch: number, committable: Uint8Array | null): Promise<void> {
    if (committable === null) return;
    const messages = JSON.parse(Buffer.from(committable).toString("utf8")) as Message[];
    const isFifo = this.#options.topic.endsWith(".fifo");
    const entries = messages.map((message, index) => ({
      ...message,
      id: String(index),
      deduplicationId: isFifo ? `${this.#options.scope}-${epoch}-${index}` : null,
    }));
    await this.#publishAll(isFifo ? inOrder(entries) : [...inBatches(entries)].map((batch) => [batch]));
  }

  /** Each lane's batches one after the other, lanes side by side. */
  async #publishAll(lanes: readonly (readonly PublicationEntry[][])[]): Promise<void> {
    const left = [...lanes];
    const inFlightMax = this.#options.table.options.number("sink.requests.max-inflight");
    const work = async (): Promise<void> => {
      for (let lane = left.shift(); lane !== undefined; lane = left.shift()) for (const batch of lane) await this.#publish(batch);
    };
    await Promise.all(Array.from({ length: Math.min(inFlightMax, left.length) }, work));
  }

  async #publish(batch: readonly PublicationEntry[]): Promise<void> {
    let waiting = await this.#withoutTooLong(batch);
    if (waiting.length === 0) return;
    const policy = {
      attemptsMax: this.#options.table.options.number("sink.retries"),
      firstDelayMs: 100,
      delayMsMax: 20_000,
      retryable: isRetryable,
      cancelled: () => this.#closed,
    };
    await retry(this.#options.platform, `publishing to '${this.#options.topic}'`, policy, async () => {
      const refused = new Map((await this.#options.publisher.publish(waiting)).map((each) => [each.id, each]));
      await this.#bury(
        waiting.filter(({ id }) => refused.get(id)?.final === true),
        ({ id }) => refused.get(id)!.reason,
      );
      waiting = waiting.filter(({ id }) => refused.get(id)?.final === false);
      if (waiting.length > 0) throw new Refused(refused.get(waiting[0].id)!.reason);
    });
  }

  async #withoutTooLong(batch: readonly PublicationEntry[]): Promise<readonly PublicationEntry[]> {
    const tooLong = batch.filter((entry) => messageBytes(entry) > batchBytesMax);
    await this.#bury(tooLong, (entry) => `its ${messageBytes(entry)} bytes are more than the 262144 that SNS takes`);
    return tooLong.length === 0 ? batch : batch.filter((entry) => !tooLong.includes(entry));
  }

  async #bury(entries: readonly PublicationEntry[], reason: (entry: PublicationEntry) => string): Promise<void> {
    if (entries.length === 0) return;
    await this.#options.bury(
      entries.map((entry) => ({ message: `topic '${this.#options.topic}' refused the message: ${reason(entry)}`, bytes: Buffer.from(entry.envelope.message) })),
    );
  }

  async restore(): Promise<void> {}
  finish(): void {}

  async close(): Promise<void> {
    this.#closed = true;
    this.#options.publisher.close();
  }
}

/** Some entries of a batch were not taken, for a reason that may pass. */
class Refused extends Error {}

function isRetryable(error: unknown): boolean {
  return error instanceof Refused || isPassing(error);
}

function messageBytes({ envelope, group }: Message): number {
  let bytes = Buffer.byteLength(envelope.message) + Buffer.byteLength(envelope.subject ?? "") + Buffer.byteLength(group ?? "");
  for (const [name, { type, value }] of Object.entries(envelope.attributes ?? {})) bytes += Buffer.byteLength(name) + type.length + Buffer.byteLength(value);
  return bytes;
}

/** Up to ten entries and 256 KiB each. */
function* inBatches(entries: readonly PublicationEntry[]): Generator<PublicationEntry[]> {
  let batch: PublicationEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = messageBytes(entry);
    if (batch.length === batchEntriesMax || (batch.length > 0 && bytes + size > batchBytesMax)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Groups keep their order: one lane each. */
function inOrder(entries: readonly PublicationEntry[]): PublicationEntry[][][] {
  const groups = new Map<string | null, PublicationEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.group);
    if (group === undefined) groups.set(entry.group, [entry]);
    else group.push(entry);
  }
  return [...groups.values()].map((group) => [...inBatches(group)]);
}
