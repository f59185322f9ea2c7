/** Sizes and intervals of a log. */
export interface LogOptions {
  /** A segment is left once it is this long. 64 KiB to 1 GiB. */
  readonly segmentBytes: number;
  /** Zeros written ahead of a busy log's commits; 0: none. */
  readonly prewriteBytes: number;
  /** Newest batches kept in memory for readers. */
  readonly cacheBytes: number;
  /** Commits are refused (`limit-exceeded`) when they would make more than this wait for the disk. */
  readonly bytesInFlightMax: number;
  /** How often records past their retention are looked for. */
  readonly retentionIntervalMs: number;
  /** Told how long each sync took and how many commits shared it. */
  readonly synced?: (durationMs: number, commits: number) => void;
}

export const defaultLogOptions: LogOptions = {
  segmentBytes: 64 * 1024 * 1024,
  prewriteBytes: 2 * 1024 * 1024,
  cacheBytes: 32 * 1024 * 1024,
  bytesInFlightMax: 256 * 1024 * 1024,
  retentionIntervalMs: 60_000,
};
