import { createHash } from "node:crypto";
import { invalidOption, rowFormatOptions, type ConnectorContext, type ConnectorDeclaration, type ConnectorTable, type Sink } from "../../connector/index.ts";
import { HeadraceError } from "../../core/index.ts";
import { simpleType, stringType } from "../../data/index.ts";
import { filesystemOptions, option } from "./options.ts";
import { resolvePath } from "./source/files.ts";

const formats = ["json", "csv", "parquet", "raw"];

/** Files of a folder: read in parallel, written so that they appear whole and once. */
export const filesystemConnector: ConnectorDeclaration = {
  name: "filesystem",
  summary: "Reads files and folders, also as they come; writes files that appear whole, with their epoch, exactly once.",
  options: [...filesystemOptions, ...rowFormatOptions(formats)],
  formats: { source: formats, sink: formats.filter((format) => format !== "raw") },
  metadata: {
    "file.path": stringType(false),
    "file.name": stringType(false),
    "file.size": simpleType("bigint", false),
    "file.modification-time": { kind: "timestamp-ltz", precision: 3, nullable: false },
  },
  async source(table, context) {
    const { FilesystemSource } = await import("./source/source.ts");
    return new FilesystemSource(table, context);
  },
  sink: openSink,
};

async function openSink(table: ConnectorTable, context: ConnectorContext): Promise<Sink> {
  const { options, schema, partitionedBy } = table;
  const refuse = (name: string, reason: string): HeadraceError =>
    invalidOption(option(name), options.text(name), { connector: "filesystem", table: table.name }, reason);
  if (options.boolean("auto-compaction"))
    throw refuse("auto-compaction", "'false': files are made large by 'sink.rolling-policy.file-size' and 'sink.rolling-policy.rollover-interval' instead");
  if (/[*?{]/.test(options.text("path"))) throw refuse("path", "a folder for a sink, no pattern");
  if (partitionedBy.length === schema.fields.length && options.text("sink.partition-style") === "hive") {
    throw new HeadraceError("sql-invalid", `table '${table.name}': every column is in PARTITIONED BY, nothing is left for its files`);
  }
  const root = resolvePath(options.text("path"), context.baseDirectory);
  const [{ FilesystemSink }, { fileFormat }] = await Promise.all([import("./sink/sink.ts"), import("./sink/encoders.ts")]);
  const { extension, openEncoder } = fileFormat(table);
  return new FilesystemSink({
    platform: context.platform,
    root,
    workDirectory: context.workDirectory,
    scope: createHash("sha256").update(context.scope).digest("hex").slice(0, 8),
    extension,
    schema,
    partition: { columns: partitionedBy, style: options.text("sink.partition-style") as "hive" | "plain", defaultName: options.text("partition.default-name") },
    policy: {
      fileBytesMax: options.number("sink.rolling-policy.file-size"),
      openMsMax: options.number("sink.rolling-policy.rollover-interval"),
      memoryBytesMax: options.number("sink.memory"),
      filesMax: options.number("sink.open-files"),
    },
    openEncoder,
  });
}
