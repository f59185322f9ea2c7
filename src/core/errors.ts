/**
 * The closed list of codes. Every failure a user can meet has one; the text may change, the code may not.
 * Fronts map them to their protocol's own errors, commands to exit codes.
 */
export const errorCodes = [
  "usage", // a command line or configuration that cannot be meant
  "unknown-option", // a key that no declaration has
  "invalid-option", // a value its declaration refuses
  "invalid-argument", // a call's argument is out of its domain
  "not-found", // a stream, topic, table, job, model or file that does not exist
  "already-exists", // a name that is taken
  "limit-exceeded", // a documented limit was reached
  "shard-closed", // an append to a shard that was split, merged or deleted
  "fenced", // an older producer or owner came back
  "disk-full", // no space: new records are refused, stored ones stay
  "log-stopped", // a sync failed: the log takes no more writes until restart
  "corrupt", // stored bytes fail their checksum with valid ones behind them
  "in-use", // the data folder or the port belongs to another process
  "unreachable", // nobody answers at an address
  "sql-syntax", // the text is not SQL
  "sql-invalid", // SQL that means nothing: unknown names, wrong types
  "sql-unsupported", // SQL that makes sense but that we do not run yet, refused by name
  "decode", // bytes that do not fit their format and schema
  "model-mismatch", // a model file and its declaration disagree
  "model-failed", // a model answered with an error
  "connector-failed", // an outside system failed beyond its retries
  "internal", // a defect of ours
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** The one base class. `hint` says what the user can do; it is printed on a line of its own. */
export class HeadraceError extends Error {
  override readonly name: string = "HeadraceError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; hint?: string }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options?.hint;
  }
}

/** Fails with `internal` unless `condition` holds. For what only a defect of ours can break. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new HeadraceError("internal", `assertion failed: ${message}`);
}

/** For the branch that the types say cannot be reached. */
export function unreachable(value: never): never {
  throw new HeadraceError("internal", `unreachable value: ${JSON.stringify(value)}`);
}
