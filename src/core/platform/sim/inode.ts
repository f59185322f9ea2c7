/**
 * One file's bytes, twice: as the running process sees them, and as stable storage holds them, with the changes in
 * between. A power cut keeps any part of those changes.
 */
import type { SeededRandom } from "./random.ts";

type Change = { kind: "write"; position: number; bytes: Uint8Array } | { kind: "truncate"; sizeBytes: number };

/** Sizes at which disks and file systems tear a write. */
const tearBytes = [512, 4096] as const;

export class Inode {
  #visible = new GrowingBytes();
  #stable = new GrowingBytes();
  #changes: Change[] = [];

  get size(): number {
    return this.#visible.size;
  }

  write(bytes: Uint8Array, position: number): void {
    const copy = bytes.slice();
    this.#visible.write(copy, position);
    this.#changes.push({ kind: "write", position, bytes: copy });
  }

  truncate(sizeBytes: number): void {
    this.#visible.truncate(sizeBytes);
    this.#changes.push({ kind: "truncate", sizeBytes });
  }

  read(target: Uint8Array, position: number): number {
    return this.#visible.read(target, position);
  }

  sync(): void {
    for (const change of this.#changes) apply(this.#stable, change);
    this.#changes = [];
  }

  /** A failed sync as on Linux: some of the changes reached the disk, the rest is forgotten although still visible. */
  failSync(random: SeededRandom): void {
    for (const change of this.#changes) if (random.chance(0.5)) apply(this.#stable, change);
    this.#changes = [];
  }

  /** Damage on the medium itself. */
  flipBit(position: number, bit: number): void {
    for (const bytes of [this.#visible, this.#stable]) bytes.flipBit(position, bit);
  }

  /** What is found after the power comes back. */
  afterPowerCut(random: SeededRandom): Inode {
    const found = new GrowingBytes();
    found.write(this.#stable.copy(), 0);
    // Three kinds of disk: one that wrote nothing, one that wrote all, one that wrote in any order.
    const style = random.integer(4);
    for (const change of this.#changes) {
      if (style === 0) continue;
      if (style === 1) apply(found, change);
      else if (random.chance(0.7)) applyPartly(found, change, random);
    }
    const next = new Inode();
    next.#visible = found;
    next.#stable = new GrowingBytes();
    next.#stable.write(found.copy(), 0);
    return next;
  }
}

function apply(target: GrowingBytes, change: Change): void {
  if (change.kind === "write") target.write(change.bytes, change.position);
  else target.truncate(change.sizeBytes);
}

/** Keeps some sectors of a write. A lost one shows what was there before: old bytes, or zeros where the file was shorter. */
function applyPartly(target: GrowingBytes, change: Change, random: SeededRandom): void {
  if (change.kind === "truncate") return target.truncate(change.sizeBytes);
  if (random.chance(0.3)) return apply(target, change);
  const unit = tearBytes[random.integer(tearBytes.length)];
  const keep = random.float();
  const end = change.position + change.bytes.length;
  for (let start = change.position; start < end;) {
    const stop = Math.min(end, (Math.floor(start / unit) + 1) * unit);
    if (random.chance(keep)) target.write(change.bytes.subarray(start - change.position, stop - change.position), start);
    else if (random.chance(0.5)) target.extend(stop);
    start = stop;
  }
}

class GrowingBytes {
  #bytes = new Uint8Array(0);
  size = 0;

  extend(sizeBytes: number): void {
    if (sizeBytes > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(sizeBytes, this.#bytes.length * 2, 4096));
      grown.set(this.#bytes.subarray(0, this.size));
      this.#bytes = grown;
    }
    if (sizeBytes > this.size) this.size = sizeBytes;
  }

  write(bytes: Uint8Array, position: number): void {
    this.extend(position + bytes.length);
    this.#bytes.set(bytes, position);
  }

  truncate(sizeBytes: number): void {
    this.extend(sizeBytes);
    this.#bytes.fill(0, sizeBytes);
    this.size = sizeBytes;
  }

  read(target: Uint8Array, position: number): number {
    const count = Math.max(0, Math.min(target.length, this.size - position));
    target.set(this.#bytes.subarray(position, position + count));
    return count;
  }

  flipBit(position: number, bit: number): void {
    if (position < this.size) this.#bytes[position] ^= 1 << bit;
  }

  copy(): Uint8Array {
    return this.#bytes.slice(0, this.size);
  }
}
