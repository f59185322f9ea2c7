/**
 * Puts of single records share batches: while one commit waits for the disk, the records that arrive gather, and go
 * together, one batch per shard, in the next. Alone, a record goes at once.
 */
import type { ShardState, StreamState } from "../../log/index.ts";
import type { KinesisContext } from "./context.ts";
import { isStaleRoute } from "./log-errors.ts";
import { planPut } from "./put-plan.ts";
import { columnsFromInput } from "./record-columns.ts";

export interface SingleRecord {
  /** Base64 that went through the input check. */
  Data: string;
  PartitionKey: string;
  ExplicitHashKey?: string;
}

export interface StoredRecord {
  shard: ShardState;
  offset: number;
  appendTimeMs: number;
}

interface Waiting {
  record: SingleRecord;
  resolve(stored: StoredRecord): void;
  reject(error: unknown): void;
}

/** Upper bounds of one shared commit. */
const recordsMax = 1000;
const bytesMax = 4 << 20;

const attemptsMax = 3;

export class SingleRecordWriter {
  readonly #context: KinesisContext;
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(context: KinesisContext) {
    this.#context = context;
  }

  /** Resolves once the record is durable. The record's hash key has been checked. */
  put(stream: StreamState, record: SingleRecord): Promise<StoredRecord> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(stream.name);
      if (waiting !== undefined) {
        waiting.push({ record, resolve, reject });
        return;
      }
      this.#waiting.set(stream.name, [{ record, resolve, reject }]);
      void this.#drain(stream.name);
    });
  }

  /** Commits until nothing waits for this stream. */
  async #drain(streamName: string): Promise<void> {
    const waiting = this.#waiting.get(streamName)!;
    while (waiting.length > 0) {
      // What the sockets hold ready belongs into the same batch.
      await this.#context.platform.clock.nextTurn();
      await this.#commit(streamName, takeBatch(waiting));
    }
    this.#waiting.delete(streamName);
  }

  /** Never rejects: the records' own promises do. */
  async #commit(streamName: string, batch: Waiting[]): Promise<void> {
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          await this.#commitOnce(streamName, batch);
          return;
        } catch (error) {
          if (!isStaleRoute(error) || attempt === attemptsMax) throw error;
          this.#context.routers.forget(streamName);
        }
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async #commitOnce(streamName: string, batch: Waiting[]): Promise<void> {
    const context = this.#context;
    const router = context.routers.for(context.stream({ StreamName: streamName }));
    const columns = columnsFromInput(
      {},
      batch.map(({ record }) => record),
    );
    const plan = planPut(columns, router, context.nowMs())!;
    const { appends } = await context.log.commit(plan.entries);
    const offsets = appends.map(({ baseOffset }) => baseOffset);
    batch.forEach(({ resolve }, record) => {
      const entry = plan.entryOf[record]!;
      resolve({ shard: router.shards[plan.shardOf[entry]!]!, offset: offsets[entry]!++, appendTimeMs: appends[entry]!.appendTimeMs });
    });
  }
}

function takeBatch(waiting: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  while (count < waiting.length && count < recordsMax && (count === 0 || bytes + waiting[count]!.record.Data.length <= bytesMax)) {
    bytes += waiting[count]!.record.Data.length;
    count++;
  }
  return waiting.splice(0, count);
}
