/** `headrace stream put`: each line of stdin becomes a record, in batches of up to 500 and 4 MiB. */
import { createInterface } from "node:readline";
import { createNodePlatform, HeadraceError, sleep } from "../core/index.ts";
import { KinesisClient } from "./kinesis-client.ts";
import { exitCodes, note, printJson } from "./output.ts";
import { ProgressLine } from "./progress.ts";

interface PutRecordsAnswer {
  readonly FailedRecordCount: number;
  readonly Records: readonly { readonly ErrorCode?: string; readonly ErrorMessage?: string }[];
}

interface OutgoingRecord {
  readonly Data: string;
  readonly PartitionKey: string;
}

const recordsMax = 500;
const bytesMax = 4 * 1024 * 1024;
const attemptsMax = 8;
const platform = createNodePlatform();

export async function putCommand([name]: readonly string[], options: Record<string, unknown>, input: NodeJS.ReadableStream = process.stdin): Promise<number> {
  const client = await KinesisClient.connect(options, platform.clock);
  const progress = new ProgressLine(platform.clock, options.json !== true);
  let pending: OutgoingRecord[] = [];
  let pendingBytes = 0;
  let sent = 0;
  let lineNumber = 0;
  const flush = async (): Promise<void> => {
    if (pending.length === 0) return;
    await putAll(client, name, pending);
    sent += pending.length;
    progress.show(`${sent.toLocaleString("en-US")} records put`);
    pending = [];
    pendingBytes = 0;
  };
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    lineNumber++;
    if (line === "") continue;
    const record = { Data: Buffer.from(line, "utf8").toString("base64"), PartitionKey: partitionKey(line, lineNumber, options.key) };
    pending.push(record);
    pendingBytes += record.Data.length;
    if (pending.length === recordsMax || pendingBytes >= bytesMax) await flush();
  }
  await flush();
  progress.end();
  if (options.json === true) printJson({ stream: name, records: sent });
  else note(`${sent.toLocaleString("en-US")} records put to ${name}`);
  return exitCodes.done;
}

function partitionKey(line: string, lineNumber: number, field: unknown): string {
  if (typeof field !== "string") return platform.random.uuid();
  let value: unknown;
  try {
    value = (JSON.parse(line) as Record<string, unknown>)[field];
  } catch {
    throw new HeadraceError("decode", `line ${lineNumber} is not JSON, so it has no field "${field}"`, {
      hint: "leave --key out to spread lines over the shards",
    });
  }
  if (value === undefined || value === null || value === "")
    throw new HeadraceError("decode", `line ${lineNumber} has no field "${field}" to be its partition key`);
  return String(value);
}

/** Puts all, sending again what was refused for the moment. */
async function putAll(client: KinesisClient, stream: string, records: readonly OutgoingRecord[]): Promise<void> {
  let rest = records;
  for (let attempt = 0; ; attempt++) {
    const answer = await client.call<PutRecordsAnswer>("PutRecords", { StreamName: stream, Records: rest });
    if (answer.FailedRecordCount === 0) return;
    const failed = answer.Records.findIndex((record) => record.ErrorCode !== undefined);
    if (attempt === attemptsMax)
      throw new HeadraceError(
        "limit-exceeded",
        `${answer.FailedRecordCount} records were refused ${attemptsMax} times: ${answer.Records[failed].ErrorMessage ?? ""}`,
      );
    rest = rest.filter((_, index) => answer.Records[index].ErrorCode !== undefined);
    await sleep(platform.clock, 50 * 2 ** attempt);
  }
}
