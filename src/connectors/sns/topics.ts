/** Our own topics: an entry in the log's table "topics" and an internal stream of one shard that holds what was published. */
import { ensure, evenHashRanges, type StreamKeeper } from "../../connector/index.ts";
import { HeadraceError } from "../../core/index.ts";
import type { Entry } from "../../log/index.ts";

export const topicsTable = "topics";

/** Value of the table, as JSON; the key is the name. The ARN is made by whoever knows region and account. */
export interface Topic {
  readonly name: string;
  readonly createdMs: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export function topicStream(name: string): string {
  return `$sns/${name}`;
}

/** Name in an ARN, or the name itself. @throws HeadraceError `invalid-argument` for what SNS does not take as a name. */
export function topicName(topic: string): string {
  const name = topic.startsWith("arn:") ? (topic.split(":")[5] ?? "") : topic;
  const stem = name.endsWith(".fifo") ? name.slice(0, -".fifo".length) : name;
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(stem) || name.length > 256) {
    throw new HeadraceError("invalid-argument", `'${topic}' is no topic name or ARN`, {
      hint: "A name has 1 to 256 letters, digits, '_' and '-'; that of a FIFO topic ends in '.fifo'.",
    });
  }
  return name;
}

/** The entries that make a topic: its stream and its description, in one commit. */
export function topicEntries(topic: Topic): Entry[] {
  return [
    { kind: "create-stream", stream: topicStream(topic.name), hashRanges: evenHashRanges(1), retentionMs: null },
    { kind: "put", table: topicsTable, key: topic.name, value: new TextEncoder().encode(JSON.stringify(topic)) },
  ];
}

/** Makes a topic if it is not there. Two callers at once make one. */
export async function ensureTopic(
  log: StreamKeeper,
  name: string,
  { attributes = {}, tags = {}, nowMs }: { attributes?: Topic["attributes"]; tags?: Topic["tags"]; nowMs: number },
): Promise<void> {
  await ensure(log, topicStream(name), topicEntries({ name, createdMs: nowMs, attributes, tags }));
}
