import type { OptionDeclaration } from "../../connector/index.ts";

export const streamOptions: readonly OptionDeclaration[] = [
  {
    name: "stream",
    type: "text",
    summary: "Name of the embedded stream; a source may read several, with ';' between them.",
    required: true,
    example: "transactions",
  },
  {
    name: "scan.startup.mode",
    type: "choice",
    summary: "Where a first start begins; a restart goes on where it was.",
    choices: ["earliest-offset", "latest-offset", "timestamp"],
    default: "earliest-offset",
    role: "source",
  },
  {
    name: "scan.startup.timestamp-millis",
    type: "integer",
    summary: "Arrival time to begin at, in milliseconds since 1970, for the mode 'timestamp'.",
    minimum: 0,
    role: "source",
    example: "1786000000000",
  },
  {
    name: "scan.bounded.mode",
    type: "choice",
    summary: "Whether the source ends: never, at what is stored at its start, or at an arrival time.",
    choices: ["unbounded", "latest-offset", "timestamp"],
    default: "unbounded",
    role: "source",
  },
  {
    name: "scan.bounded.timestamp-millis",
    type: "integer",
    summary: "Arrival time to end before, in milliseconds since 1970, for the bounded mode 'timestamp'.",
    minimum: 0,
    role: "source",
    example: "1786000000000",
  },
  { name: "create", type: "boolean", summary: "Makes the stream if it is not there.", default: "false" },
  { name: "shards", type: "integer", summary: "Shards of a stream made by 'create'.", default: "1", minimum: 1, maximum: 10_000 },
  { name: "retention", type: "duration", summary: "Age at which records of a stream made by 'create' may be deleted.", default: "1 d", minimum: 60_000 },
  {
    name: "sink.partition-key",
    type: "text",
    summary: "Column whose text becomes the record's partition key; several with ';', joined by '|'. Absent: PARTITIONED BY columns, else a key per batch.",
    role: "sink",
    example: "card_id",
  },
  { name: "key.fields", type: "text", summary: "The same under the name it has in Flink's Kafka connector.", role: "sink", example: "card_id" },
];

/** A declaration by name, for errors about values that only the connector can judge. */
export function option(name: string): OptionDeclaration {
  return streamOptions.find((each) => each.name === name)!;
}
