import { ensureStream, rowFormatOptions, type ConnectorContext, type ConnectorDeclaration, type ConnectorTable } from "../../connector/index.ts";
import { HeadraceError } from "../../core/index.ts";
import { simpleType, stringType } from "../../data/index.ts";
import { streamOptions } from "./options.ts";
import { StreamSink } from "./sink.ts";
import { absentStream, StreamSource } from "./source.ts";

const formats = ["json", "csv", "raw"];

/** The embedded streams: what producers write with the Kinesis API, and what pipelines write for each other. */
export const streamConnector: ConnectorDeclaration = {
  name: "stream",
  summary: "Reads and writes the embedded streams. Records are read exactly once and written with their epoch, in one commit.",
  options: [...streamOptions, ...rowFormatOptions(formats)],
  formats: { source: formats, sink: formats },
  metadata: {
    timestamp: { kind: "timestamp-ltz", precision: 3, nullable: false },
    "partition-key": stringType(),
    "sequence-number": stringType(false),
    "shard-id": stringType(false),
    offset: simpleType("bigint", false),
    headers: { kind: "map", key: stringType(false), value: { kind: "varbinary", length: 2_147_483_647, nullable: true }, nullable: false },
  },
  async source(table, context) {
    await makeStreams(table, context);
    return new StreamSource(table, context);
  },
  async sink(table, context) {
    const stream = table.options.text("stream");
    if (stream.includes(";")) throw new HeadraceError("invalid-option", `table '${table.name}': a sink writes one stream, not '${stream}'`);
    await makeStreams(table, context);
    if ((await context.log.stream(stream)) === undefined) throw absentStream(stream, table.name);
    return new StreamSink(table, context.scope);
  },
};

async function makeStreams({ options, name }: ConnectorTable, { log }: ConnectorContext): Promise<void> {
  for (const stream of options.text("stream").split(";")) {
    const trimmed = stream.trim();
    if (!/^\$?[a-zA-Z0-9_.-]{1,128}$/.test(trimmed)) {
      throw new HeadraceError("invalid-option", `table '${name}': '${trimmed}' is no stream name`, { hint: "1 to 128 letters, digits, '_', '.' and '-'." });
    }
    if (options.boolean("create")) await ensureStream(log, trimmed, { shards: options.number("shards"), retentionMs: options.number("retention") });
  }
}
