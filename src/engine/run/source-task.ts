/**
 * A source with its splits: reads ahead one chunk per split and hands chunks to the pipeline in the order of event time,
 * so that no split runs ahead of one that has rows ready.
 */
import type { SourceChunk, Split, SplitPosition, SplitReader } from "../../connector/index.ts";
import type { Clock } from "../../core/index.ts";
import type { ScanNode } from "../../sql/plan/plan.ts";
import type { OpenedSource } from "./environment.ts";
import type { Edge } from "./graph.ts";
import type { WatermarkAssigner } from "./watermarks.ts";

type RowsChunk = Exclude<SourceChunk, { kind: "idle" }>;

/** `reading`: an answer is awaited; `ready`: a chunk is here; `idle`: caught up, waiting for new records; `ended`. */
export type SplitPhase = "reading" | "ready" | "idle" | "ended";

export class SplitTask {
  readonly id: string;
  readonly source: SourceTask;
  position: SplitPosition;
  phase: SplitPhase = "reading";
  chunk: RowsChunk | null = null;
  idleSinceMs = 0;
  readonly #reader: SplitReader;

  constructor(source: SourceTask, split: Split, reader: SplitReader) {
    this.source = source;
    this.id = split.id;
    this.position = split.position;
    this.#reader = reader;
  }

  /** Asks for the next chunk; the host is woken when it is here. */
  read(): void {
    this.phase = "reading";
    this.#reader.read(this.source.chunkBytes).then(
      (chunk) => this.#arrived(chunk),
      (error: unknown) => this.source.host.fail(error),
    );
  }

  #arrived(chunk: SourceChunk | null): void {
    if (chunk === null) this.phase = "ended";
    else if (chunk.kind === "idle") {
      this.phase = "idle";
      this.idleSinceMs = this.source.host.clock.monotonicMs();
      chunk.ready.then(
        () => this.read(),
        (error: unknown) => this.source.host.fail(error),
      );
    } else {
      this.phase = "ready";
      this.chunk = chunk;
    }
    this.source.host.wakeSources();
  }

  get watermarkMs(): number {
    return this.source.assigner?.splitWatermarkMs(this.id) ?? -Infinity;
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }
}

export interface SourceHost {
  readonly clock: Clock;
  wakeSources(): void;
  fail(error: unknown): void;
}

export class SourceTask {
  readonly node: ScanNode;
  readonly opened: OpenedSource;
  readonly host: SourceHost;
  readonly chunkBytes: number;
  /** Between scan and watermark stand only stateless operators. */
  readonly edges: Edge[] = [];
  assigner: WatermarkAssigner | null = null;
  /** Id of the split whose rows are on their way: the assigner asks for it. */
  currentSplit = "";
  readonly splits = new Map<string, SplitTask>();
  /** Ended splits by id, so that they are not discovered again. */
  readonly ended = new Map<string, SplitPosition>();
  rowsIn = 0;
  bytesIn = 0;
  rowsFailed = 0;

  constructor(node: ScanNode, opened: OpenedSource, host: SourceHost, chunkBytes: number) {
    this.node = node;
    this.opened = opened;
    this.host = host;
    this.chunkBytes = chunkBytes;
  }

  /** True when a bounded source has nothing more to give. */
  get finished(): boolean {
    if (!this.opened.source.bounded) return false;
    for (const split of this.splits.values()) if (split.phase !== "ended") return false;
    return true;
  }

  /** Opens splits that are new, and at a restart those of the epoch's record at their positions. */
  async discover(restored: ReadonlyMap<string, SplitPosition>, ended: ReadonlyMap<string, SplitPosition>): Promise<void> {
    for (const [id, position] of ended) this.ended.set(id, position);
    for (const [id, position] of restored) if (!this.splits.has(id)) await this.#open({ id, position });
    const known = new Set([...this.splits.keys(), ...this.ended.keys()]);
    for (const split of await this.opened.source.discover(known)) if (!known.has(split.id)) await this.#open(split);
  }

  async #open(split: Split): Promise<void> {
    const reader = await this.opened.source.open(split);
    const task = new SplitTask(this, split, reader);
    this.splits.set(split.id, task);
    this.assigner?.addSplit(split.id);
    task.read();
  }

  endSplit(split: SplitTask): void {
    this.ended.set(split.id, split.position);
    this.splits.delete(split.id);
    this.assigner?.finish(split.id);
    void split.close();
  }

  positions(): [string, SplitPosition][] {
    return [...this.splits.values()].map((split) => [split.id, split.position]);
  }

  async close(): Promise<void> {
    for (const split of this.splits.values()) await split.close();
    await this.opened.source.close();
  }
}

/**
 * The split to read next: the one furthest back in event time. A split that is still being read and stands further back
 * is waited for (null), an idle one is not.
 */
export function nextSplit(sources: readonly SourceTask[]): SplitTask | null {
  let ready: SplitTask | null = null;
  let waitedFor = Infinity;
  for (const source of sources) {
    for (const split of source.splits.values()) {
      if (split.phase === "ready" && (ready === null || split.watermarkMs < ready.watermarkMs)) ready = split;
      else if (split.phase === "reading" && source.assigner !== null) waitedFor = Math.min(waitedFor, split.watermarkMs);
    }
  }
  if (ready === null) return null;
  return ready.source.assigner !== null && waitedFor < ready.watermarkMs ? null : ready;
}
