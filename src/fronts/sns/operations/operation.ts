import type { AwsRequest } from "../../aws/index.ts";
import type { SnsContext } from "../context.ts";

/** Inner XML of the result element; null when the operation has none. */
export type Operation = (parameters: URLSearchParams, context: SnsContext, request: AwsRequest) => Promise<string | null> | string | null;
