import type { OptionDeclaration } from "../../connector/index.ts";

export const filesystemOptions: readonly OptionDeclaration[] = [
  {
    name: "path",
    type: "text",
    summary: "File, folder or pattern (`*`, `**`, `?`, `{a,b}`); for a sink the folder. Relative paths start at the folder of the SQL file.",
    required: true,
    example: "lake/flights",
  },
  {
    name: "source.monitor-interval",
    type: "duration",
    summary: "Looks for new files this often, without end; absent: reads what is there and ends.",
    minimum: 10,
    role: "source",
    example: "10 s",
  },
  {
    name: "source.path.regex-pattern",
    type: "text",
    summary: "Regular expression that the whole absolute path of a file must match.",
    role: "source",
    example: ".*/2018-.*\\.csv",
  },
  {
    name: "source.header-lines",
    type: "integer",
    summary: "Lines to pass over at the start of each text file.",
    default: "0",
    minimum: 0,
    maximum: 1000,
    role: "source",
  },
  {
    name: "sink.partition-style",
    type: "choice",
    summary: "Folders of PARTITIONED BY columns: `day=2018-08-01/`, or `2018-08-01/` with the columns kept in the files.",
    choices: ["hive", "plain"],
    default: "hive",
    role: "sink",
  },
  { name: "partition.default-name", type: "text", summary: "Folder name for NULL and the empty text.", default: "__HIVE_DEFAULT_PARTITION__" },
  {
    name: "sink.rolling-policy.file-size",
    type: "bytes",
    summary: "A file of this size is closed and appears with the next epoch.",
    default: "128 mb",
    minimum: 1024,
    role: "sink",
  },
  {
    name: "sink.rolling-policy.rollover-interval",
    type: "duration",
    summary: "Longest time that rows wait in an open file before it appears.",
    default: "1 min",
    minimum: 0,
    role: "sink",
  },
  { name: "sink.rolling-policy.check-interval", type: "duration", summary: "Accepted for Flink's sake: every epoch checks.", default: "1 min", role: "sink" },
  {
    name: "sink.memory",
    type: "bytes",
    summary: "Rows of open files held in memory, all files together; beyond it the largest are written out.",
    default: "256 mb",
    minimum: 1_048_576,
    role: "sink",
  },
  {
    name: "sink.open-files",
    type: "integer",
    summary: "Files open side by side; beyond it the oldest is closed.",
    default: "512",
    minimum: 1,
    maximum: 10_000,
    role: "sink",
  },
  { name: "auto-compaction", type: "boolean", summary: "Not supported: larger files come from a larger rolling policy.", default: "false", role: "sink" },
];

/** A declaration by name, for errors about values that only the connector can judge. */
export function option(name: string): OptionDeclaration {
  return filesystemOptions.find((each) => each.name === name)!;
}
