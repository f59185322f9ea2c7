/** Request bodies in reused memory: fresh pages for every 700 KB body cost more than parsing it. */
import type { Readable } from "node:stream";

export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/** The client went away before its body was complete. */
export class BodyAbortedError extends Error {
  override readonly name = "BodyAbortedError";
}

const smallBytes = 16 * 1024;
const slabBytes = 1 << 20;
const slabsKept = 16;

/** Buffers of one size, given back after use. Small bodies come from Node's own pool, very large ones are not kept. */
export class BodyPool {
  #free: Buffer[] = [];

  take(bytes: number): Buffer {
    if (bytes <= smallBytes) return Buffer.allocUnsafe(bytes);
    if (bytes > slabBytes) return Buffer.allocUnsafeSlow(bytes);
    const slab = this.#free.pop() ?? Buffer.allocUnsafeSlow(slabBytes);
    return slab.subarray(0, bytes);
  }

  /** After this the body's bytes belong to somebody else. */
  give(body: Buffer): void {
    if (body.buffer.byteLength !== slabBytes || body.length <= smallBytes || this.#free.length >= slabsKept) return;
    this.#free.push(Buffer.from(body.buffer as ArrayBuffer));
  }
}

/** Reads all of `stream`. Rejects with {@link BodyTooLargeError} as soon as more than `maxBytes` are announced or arrive. */
export function readBody(stream: Readable, contentLength: string | undefined, maxBytes: number, pool: BodyPool): Promise<Buffer> {
  const announcedBytes = contentLength === undefined ? -1 : Number(contentLength);
  if (announcedBytes > maxBytes) return Promise.reject(new BodyTooLargeError());
  return announcedBytes >= 0 ? readAnnounced(stream, announcedBytes, pool) : readChunked(stream, maxBytes);
}

function readAnnounced(stream: Readable, bytes: number, pool: BodyPool): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let single: Buffer | null = null;
    let target: Buffer | null = null;
    let position = 0;
    stream.on("data", (chunk: Buffer) => {
      if (position + chunk.length > bytes) {
        stream.destroy();
        reject(new BodyTooLargeError());
        return;
      }
      if (position === 0 && chunk.length === bytes) single = chunk;
      else {
        target ??= pool.take(bytes);
        chunk.copy(target, position);
      }
      position += chunk.length;
    });
    stream.on("end", () => {
      if (position !== bytes) reject(new BodyAbortedError());
      else resolve(single ?? target ?? Buffer.alloc(0));
    });
    stream.on("error", reject);
    stream.on("aborted", () => reject(new BodyAbortedError()));
  });
}

function readChunked(stream: Readable, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    stream.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        stream.pause();
        reject(new BodyTooLargeError());
      } else chunks.push(chunk);
    });
    stream.on("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes)));
    stream.on("error", reject);
    stream.on("aborted", () => reject(new BodyAbortedError()));
  });
}
