/** What every Kinesis operation works with. */
import type { Platform } from "../../core/index.ts";
import type { Log, StreamState, Table } from "../../log/index.ts";
import { AwsError } from "../aws/index.ts";
import { openTokenSealer, type TokenSealer } from "./sealed-token.ts";
import { ShardRouters } from "./shard-router.ts";
import { kinesisTable, readStreamMetadata, type StreamMetadata } from "./stream-metadata.ts";

export interface KinesisSettings {
  /** How long a new stream says CREATING. Default 0. */
  createDelayMs: number;
  /** Retention of new streams. Default 24 hours. */
  retentionMs: number;
  /** Shards of a new on-demand stream. Default 4. */
  onDemandShards: number;
  /** Most open shards over all streams; more is LimitExceededException. Default 20,000. */
  shardsMax: number;
}

export interface KinesisOptions {
  log: Log;
  platform: Platform;
  region: string;
  /** Twelve digits. */
  accountId: string;
  settings?: Partial<KinesisSettings>;
}

const defaultSettings: KinesisSettings = { createDelayMs: 0, retentionMs: 24 * 3_600_000, onDemandShards: 4, shardsMax: 20_000 };

/** How a request names its stream. */
export interface StreamReference {
  StreamName?: string;
  StreamARN?: string;
}

export class KinesisContext {
  readonly log: Log;
  readonly platform: Platform;
  readonly region: string;
  readonly accountId: string;
  readonly settings: KinesisSettings;
  readonly routers: ShardRouters;
  readonly table: Table;
  #sealer: Promise<TokenSealer> | null = null;

  constructor(options: KinesisOptions) {
    this.log = options.log;
    this.platform = options.platform;
    this.region = options.region;
    this.accountId = options.accountId;
    this.settings = { ...defaultSettings, ...options.settings };
    this.routers = new ShardRouters(options.log);
    this.table = options.log.table(kinesisTable);
  }

  nowMs(): number {
    return this.platform.clock.nowMs();
  }

  sealer(): Promise<TokenSealer> {
    this.#sealer ??= openTokenSealer(this.log, this.table, kinesisTable, this.platform.random).catch((error: unknown) => {
      this.#sealer = null;
      throw error;
    });
    return this.#sealer;
  }

  arn(streamName: string): string {
    return `arn:aws:kinesis:${this.region}:${this.accountId}:stream/${streamName}`;
  }

  /** Name in `StreamName`, or else in `StreamARN`. Throws InvalidArgumentException when there is neither. */
  streamName(reference: StreamReference): string {
    if (reference.StreamName !== undefined) return reference.StreamName;
    if (reference.StreamARN === undefined) throw new AwsError("InvalidArgumentException", "Either StreamName or StreamARN must be provided.");
    const [, , , , account, resource] = reference.StreamARN.split(":");
    const name = resource?.slice("stream/".length) ?? "";
    if (account !== this.accountId) throw this.streamNotFound(name, account);
    return name;
  }

  /** The stream a request names. Throws ResourceNotFoundException; internal streams do not exist here. */
  stream(reference: StreamReference): StreamState {
    const name = this.streamName(reference);
    const stream = name.startsWith("$") ? undefined : this.log.stream(name);
    if (stream === undefined) throw this.streamNotFound(name);
    return stream;
  }

  /** As {@link stream}, and the stream takes and gives records: AWS calls one that is being created not found. */
  activeStream(reference: StreamReference): StreamState {
    const stream = this.stream(reference);
    if (this.status(stream) === "CREATING") throw this.streamNotFound(stream.name);
    return stream;
  }

  /** All streams a client may see, by name. */
  streams(): StreamState[] {
    return this.log
      .streams()
      .filter(({ name }) => !name.startsWith("$"))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  status(stream: StreamState): "CREATING" | "ACTIVE" {
    return this.settings.createDelayMs > 0 && this.nowMs() < stream.createdMs + this.settings.createDelayMs ? "CREATING" : "ACTIVE";
  }

  metadata(stream: StreamState): StreamMetadata {
    return readStreamMetadata(this.table, stream.name);
  }

  streamNotFound(name: string, account = this.accountId): AwsError {
    return new AwsError("ResourceNotFoundException", `Stream ${name} under account ${account} not found.`);
  }

  shardNotFound(id: string, streamName: string): AwsError {
    return new AwsError("ResourceNotFoundException", `Shard ${id} in stream ${streamName} under account ${this.accountId} does not exist`);
  }
}
