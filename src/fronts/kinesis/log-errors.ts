/** Failures of the log as Kinesis tells them. */
import { HeadraceError } from "../../core/index.ts";
import { AwsError } from "../aws/index.ts";

/** Anything that is not the log's is returned as it came. */
export function fromLogError(error: unknown): unknown {
  if (!(error instanceof HeadraceError)) return error;
  switch (error.code) {
    case "limit-exceeded":
      return new AwsError("ProvisionedThroughputExceededException", error.message);
    case "disk-full":
    case "log-stopped":
      return new AwsError("InternalFailureException", error.message, 500);
    case "not-found":
      return new AwsError("ResourceNotFoundException", error.message);
    case "already-exists":
      return new AwsError("ResourceInUseException", error.message);
    case "invalid-argument":
      return new AwsError("InvalidArgumentException", error.message);
    default:
      return error;
  }
}

/** Whether routing was done on an older picture of the stream and should be done again. */
export function isStaleRoute(error: unknown): boolean {
  return error instanceof HeadraceError && error.code === "shard-closed";
}

/** Code and text for a record of PutRecords that failed while its request did not; null when the whole request has to. */
export function recordFailure(error: unknown): { code: string; message: string } | null {
  if (!(error instanceof HeadraceError)) return null;
  if (error.code === "limit-exceeded") return { code: "ProvisionedThroughputExceededException", message: error.message };
  if (error.code === "disk-full" || error.code === "log-stopped") return { code: "InternalFailure", message: error.message };
  return null;
}
