/**
 * Records for one embedded stream, packed as ranges of one buffer. They become visible with the epoch, in its own atomic
 * commit; the shard is chosen by the MD5 of the key at that moment, so that a resharding in between does no harm.
 */
export interface EmbeddedAppend {
  readonly stream: string;
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly keyStarts: Int32Array;
  readonly keyEnds: Int32Array;
  readonly valueStarts: Int32Array;
  readonly valueEnds: Int32Array;
}
