/** Node's own string methods of Buffer that take no encoding argument; part of its documented classes' prototype, missing in its types. */
export interface FastBuffer extends Buffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
  base64Slice(start: number, end: number): string;
  latin1Write(text: string, offset: number): number;
  utf8Write(text: string, offset: number): number;
  /** Returns the bytes decoded: fewer than the text stands for when it holds a character that is not base64. */
  base64Write(text: string, offset: number): number;
}

export function asFast(bytes: Uint8Array): FastBuffer {
  return (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) as FastBuffer;
}
