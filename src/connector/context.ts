/** What a pipeline lends its connectors. */
import type { Platform } from "../core/index.ts";
import type { RemoteLog } from "../log/index.ts";
import type { DeadLetters } from "./dead-letters.ts";

export interface ConnectorContext {
  readonly platform: Platform;
  /** The embedded streams, from the pipeline's thread. */
  readonly log: RemoteLog;
  readonly deadLetters: DeadLetters;
  /** Folder that relative paths of the pipeline start from: where its SQL file lies. */
  readonly baseDirectory: string;
  /** Folder for the connector's own files (staging), stable over restarts, empty at first. */
  readonly workDirectory: string;
  /** Pipeline and table, unique on this server: for names that must not collide. */
  readonly scope: string;
  /** Address of our own AWS-shaped fronts, if they run in this server. */
  readonly awsEndpoint: string | null;
}
