/** Idempotent producers and transactions of one shard (KIP-98): the last five batches of each, open and aborted transactions. */
import { HeadraceError } from "../../core/index.ts";
import type { BatchHeader } from "../records/index.ts";

const batchesKept = 5;

interface ProducerBatch {
  readonly sequence: number;
  readonly count: number;
  readonly baseOffset: number;
}

interface Producer {
  epoch: number;
  batches: ProducerBatch[];
  /** Append time of its newest batch. */
  lastMs: number;
}

export interface AbortedRange {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Offset of the marker that ended it. */
  readonly endOffset: number;
}

export interface ProducerSnapshot {
  readonly producers: readonly [id: number, epoch: number, batches: readonly ProducerBatch[], lastMs: number][];
  readonly open: readonly [id: number, firstOffset: number][];
  readonly aborted: readonly AbortedRange[];
}

export class ProducerState {
  readonly #producers = new Map<number, Producer>();
  /** Producer → first offset of its open transaction. */
  readonly #open = new Map<number, number>();
  #aborted: AbortedRange[] = [];

  /**
   * What to do with a batch: null to append it, or the base offset under which it is stored already.
   *
   * @throws HeadraceError `fenced` for an older epoch, `invalid-argument` for a gap in the sequence.
   */
  check(producer: { id: number; epoch: number; sequence: number }, count: number): number | null {
    const known = this.#producers.get(producer.id);
    if (known === undefined) return null;
    this.checkEpoch(producer.id, producer.epoch);
    if (producer.epoch > known.epoch) return null;
    const stored = known.batches.find((batch) => batch.sequence === producer.sequence && batch.count === count);
    if (stored !== undefined) return stored.baseOffset;
    const last = known.batches.at(-1);
    const expected = last === undefined ? producer.sequence : (last.sequence + last.count) % 2 ** 31;
    if (producer.sequence !== expected) {
      throw new HeadraceError("invalid-argument", `producer ${producer.id} sent sequence ${producer.sequence}, ${expected} was expected`);
    }
    return null;
  }

  appended(header: BatchHeader, baseOffset: number, timeMs: number): void {
    if (header.isControl) return;
    let known = this.#producers.get(header.producerId);
    if (known === undefined || header.producerEpoch > known.epoch)
      this.#producers.set(header.producerId, (known = { epoch: header.producerEpoch, batches: [], lastMs: timeMs }));
    known.lastMs = timeMs;
    known.batches.push({ sequence: header.baseSequence, count: header.recordCount, baseOffset });
    if (known.batches.length > batchesKept) known.batches.shift();
    if (header.isTransactional && !this.#open.has(header.producerId)) this.#open.set(header.producerId, baseOffset);
  }

  /** True while this producer has a transaction here. */
  isOpen(producerId: number): boolean {
    return this.#open.has(producerId);
  }

  /** @throws HeadraceError `fenced` when a newer epoch of the producer has written here. */
  checkEpoch(producerId: number, epoch: number): void {
    const known = this.#producers.get(producerId);
    if (known !== undefined && epoch < known.epoch) throw new HeadraceError("fenced", `producer ${producerId} has epoch ${known.epoch}, not ${epoch}`);
  }

  ended(producerId: number, producerEpoch: number, outcome: "commit" | "abort", endOffset: number): void {
    const known = this.#producers.get(producerId);
    if (known !== undefined && producerEpoch > known.epoch) this.#producers.set(producerId, { epoch: producerEpoch, batches: [], lastMs: known.lastMs });
    const firstOffset = this.#open.get(producerId);
    if (firstOffset === undefined) return;
    this.#open.delete(producerId);
    if (outcome === "abort") this.#aborted.push({ producerId, firstOffset, endOffset });
  }

  trimmed(startOffset: number): void {
    this.#aborted = this.#aborted.filter((range) => range.endOffset > startOffset);
  }

  /** Forgets producers without a transaction that have not written since `horizonMs`: most were clients that are gone. */
  forgetIdle(horizonMs: number): void {
    for (const [id, { lastMs }] of this.#producers) if (lastMs < horizonMs && !this.#open.has(id)) this.#producers.delete(id);
  }

  lastStableOffset(endOffset: number): number {
    let least = endOffset;
    for (const first of this.#open.values()) if (first < least) least = first;
    return least;
  }

  isAborted(producerId: number, baseOffset: number): boolean {
    return this.#aborted.some((range) => range.producerId === producerId && baseOffset >= range.firstOffset && baseOffset < range.endOffset);
  }

  /** A state of its own that knows this producer's batches only. */
  copyOf(producerId: number): ProducerState {
    const copy = new ProducerState();
    const known = this.#producers.get(producerId);
    if (known !== undefined) copy.#producers.set(producerId, { ...known, batches: [...known.batches] });
    return copy;
  }

  snapshot(): ProducerSnapshot {
    return {
      producers: [...this.#producers].map(([id, { epoch, batches, lastMs }]) => [id, epoch, [...batches], lastMs]),
      open: [...this.#open],
      aborted: [...this.#aborted],
    };
  }

  static restore(snapshot: ProducerSnapshot): ProducerState {
    const state = new ProducerState();
    for (const [id, epoch, batches, lastMs] of snapshot.producers) state.#producers.set(id, { epoch, batches: [...batches], lastMs });
    for (const [id, first] of snapshot.open) state.#open.set(id, first);
    state.#aborted = [...snapshot.aborted];
    return state;
  }
}
