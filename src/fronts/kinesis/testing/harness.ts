/** A Kinesis service on a memory log, called without HTTP: for tests. */
import { AwsError, type AwsRequest } from "../../aws/index.ts";
import { manualPlatform, type ManualPlatform } from "../../aws/testing/manual-platform.ts";
import { createKinesisService, type KinesisSettings } from "../index.ts";
import { MemoryLog } from "./memory-log.ts";

export const testAccount = "123456789012";
export const testStartMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** Parsed JSON, whose shape is what a test is about. */
export type Answer = ReturnType<typeof JSON.parse>;

export interface Harness {
  log: MemoryLog;
  platform: ManualPlatform;
  /** The parsed answer; an empty body gives null. */
  call(operation: string, input: object): Promise<Answer>;
  /** As {@link call} with a body as it is. */
  callRaw(operation: string, body: string | Buffer): Promise<Answer>;
  /** "Code: message" of the error the call ends with. */
  failure(operation: string, input: object): Promise<string>;
}

export function startHarness(settings: Partial<KinesisSettings> = {}): Harness {
  const platform = manualPlatform(testStartMs);
  const log = new MemoryLog(platform.clock);
  const service = createKinesisService({ log, platform, region: "us-east-1", accountId: testAccount, settings });
  const callRaw = async (operation: string, body: string | Buffer): Promise<Answer> => {
    const request: AwsRequest = { method: "POST", path: "/", query: "", headers: {}, body: Buffer.from(body), requestId: "r", accessKeyId: null };
    const response = await service.json!.handle(operation, request);
    const text = Buffer.from(response.body as string).toString("utf8");
    return text === "" ? null : JSON.parse(text);
  };
  return {
    log,
    platform,
    callRaw,
    call: (operation, input) => callRaw(operation, JSON.stringify(input)),
    async failure(operation, input) {
      try {
        await callRaw(operation, JSON.stringify(input));
      } catch (error) {
        if (error instanceof AwsError) return `${error.code}: ${error.message}`;
        throw error;
      }
      return "no failure";
    },
  };
}

export function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
