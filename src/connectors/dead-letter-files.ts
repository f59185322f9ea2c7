/**
 * Dead letters of one job as files, for those who look with a pager: one JSON object per line.
 *
 * The letters are in the stream already; this follows it. A file's name holds the number of its first letter and the cursor
 * moves after the file is durable, so a restart in between writes the same file again: each letter stands in one file.
 */
import { join } from "node:path";
import { deadLetterStream, DurableFolders, ensureDeadLetterStream } from "../connector/index.ts";
import { sleep, type Platform } from "../core/index.ts";
import { forEachRecord, type RemoteLog, type StoredBatch, type Tail } from "../log/index.ts";

export interface DeadLetterFilesOptions {
  readonly log: RemoteLog;
  readonly platform: Platform;
  /** Absolute; made if it is not there. */
  readonly directory: string;
  readonly job: string;
  /** Letters wait this long for others before their file is written. */
  readonly gatherMs?: number;
  failed(error: unknown): void;
}

const cursorTable = "dead-letter-files";
const fileBytesMax = 4 * 1024 * 1024;

export class DeadLetterFiles {
  readonly #options: DeadLetterFilesOptions;
  readonly #folders: DurableFolders;
  #tail: Tail | null = null;
  #closed = false;
  readonly #done: Promise<void>;

  /** Begins to follow. */
  constructor(options: DeadLetterFilesOptions) {
    this.#options = options;
    this.#folders = new DurableFolders(options.platform.disk);
    this.#done = this.#follow().catch((error: unknown) => {
      if (!this.#closed) options.failed(error);
    });
  }

  /** Writes what is durable by now, then stops. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#tail?.close();
    await this.#done;
  }

  async #follow(): Promise<void> {
    const { log, platform, job, gatherMs = 1000 } = this.#options;
    await ensureDeadLetterStream(log);
    const shard = (await log.stream(deadLetterStream))!.shards[0];
    const stored = await log.tableGet(cursorTable, job);
    let offset = stored === undefined ? 0 : Number(Buffer.from(stored).toString("utf8"));
    this.#tail = log.tail({ shard, offset, bytesMax: fileBytesMax });
    for (;;) {
      if (!this.#closed && (await this.#tail.next()) !== null && gatherMs > 0) await sleep(platform.clock, gatherMs);
      // What came while it waited goes into the same file.
      const gathered = await log.read({ shard, offset, bytesMax: fileBytesMax });
      if (gathered.nextOffset > offset) {
        await this.#write(offset, this.#lines(gathered.batches, offset));
        offset = gathered.nextOffset;
        await log.commit([{ kind: "put", table: cursorTable, key: job, value: Buffer.from(String(offset)) }]);
      } else if (this.#closed) return;
    }
  }

  /** This job's letters from `offset` on. */
  #lines(batches: readonly StoredBatch[], offset: number): string[] {
    const lines: string[] = [];
    for (const { bytes } of batches) {
      forEachRecord(bytes, (record) => {
        if (record.offset < offset || record.valueStart < 0) return;
        const value = Buffer.from(bytes.buffer, bytes.byteOffset + record.valueStart, record.valueEnd - record.valueStart).toString("utf8");
        if ((JSON.parse(value) as { job: string }).job === this.#options.job) lines.push(`${value}\n`);
      });
    }
    return lines;
  }

  async #write(offset: number, lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const { directory, platform, job } = this.#options;
    await this.#folders.make(directory);
    const name = `dead-letters-${job}-${String(offset).padStart(12, "0")}.ndjson`;
    const hidden = join(directory, `.${name}.part`);
    await platform.disk.unlink(hidden);
    const file = await platform.disk.open(hidden, "create");
    await file.write([Buffer.from(lines.join(""))], 0);
    await file.datasync();
    await file.close();
    await platform.disk.rename(hidden, join(directory, name));
    await platform.disk.syncDirectory(directory);
  }
}
