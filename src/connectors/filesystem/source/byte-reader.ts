/** Bytes of a file from any position: as they lie, or decompressed. */
import { createGunzip, type Gunzip } from "node:zlib";
import { HeadraceError, type Disk, type DiskFile } from "../../../core/index.ts";

export interface ByteReader {
  /** Up to `length` bytes from `position`; fewer only at the end of the file. The bytes are the caller's. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** `keepOpen`: hold the file open between reads; without it thousands of files can be read side by side. */
export function openBytes(disk: Disk, path: string, keepOpen: boolean): ByteReader {
  return path.endsWith(".gz") ? new GzipReader(disk, path) : new PlainReader(disk, path, keepOpen);
}

class PlainReader implements ByteReader {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #keepOpen: boolean;
  #file: DiskFile | null = null;

  constructor(disk: Disk, path: string, keepOpen: boolean) {
    this.#disk = disk;
    this.#path = path;
    this.#keepOpen = keepOpen;
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    this.#file ??= await this.#disk.open(this.#path, "read");
    const target = new Uint8Array(length);
    const count = await this.#file.read(target, position);
    if (!this.#keepOpen) await this.close();
    return target.subarray(0, count);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }
}

const compressedChunkBytes = 64 * 1024;

/** Reads forward only; a position behind what was decompressed starts again from the front. */
class GzipReader implements ByteReader {
  readonly #disk: Disk;
  readonly #path: string;
  #file: DiskFile | null = null;
  #gunzip: Gunzip | null = null;
  #failure: Error | null = null;
  #compressedAt = 0;
  #ended = false;
  /** Decompressed pieces from `#heldFrom` on. */
  #held: Uint8Array[] = [];
  #heldFrom = 0;
  #heldBytes = 0;

  constructor(disk: Disk, path: string) {
    this.#disk = disk;
    this.#path = path;
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    if (this.#gunzip === null || position < this.#heldFrom) await this.#restart();
    for (;;) {
      this.#forget(position);
      if (this.#ended || this.#heldFrom + this.#heldBytes >= position + length) break;
      await this.#decompress();
    }
    const whole = Buffer.concat(this.#held);
    const from = Math.min(whole.length, position - this.#heldFrom);
    return new Uint8Array(whole.subarray(from, from + length));
  }

  async #restart(): Promise<void> {
    await this.close();
    this.#file = await this.#disk.open(this.#path, "read");
    this.#gunzip = createGunzip();
    this.#gunzip.on("data", (piece: Buffer) => {
      this.#held.push(piece);
      this.#heldBytes += piece.length;
    });
    this.#gunzip.on("error", (error) => (this.#failure = error));
    this.#compressedAt = 0;
    this.#ended = false;
    this.#held = [];
    this.#heldFrom = 0;
    this.#heldBytes = 0;
  }

  async #decompress(): Promise<void> {
    const input = new Uint8Array(compressedChunkBytes);
    const count = await this.#file!.read(input, this.#compressedAt);
    this.#compressedAt += count;
    const gunzip = this.#gunzip!;
    await new Promise<void>((resolve) => {
      if (count > 0) gunzip.write(input.subarray(0, count), () => resolve());
      else {
        gunzip.once("close", resolve);
        gunzip.end();
      }
    });
    this.#ended = count === 0;
    if (this.#failure !== null) throw new HeadraceError("decode", `${this.#path} is not a sound gzip file: ${this.#failure.message}`, { cause: this.#failure });
  }

  /** Lets pieces go that lie wholly before `position`. */
  #forget(position: number): void {
    while (this.#held.length > 0 && this.#heldFrom + this.#held[0].length <= position) {
      this.#heldFrom += this.#held[0].length;
      this.#heldBytes -= this.#held[0].length;
      this.#held.shift();
    }
  }

  async close(): Promise<void> {
    this.#gunzip?.destroy();
    this.#gunzip = null;
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }
}
