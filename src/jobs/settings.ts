/** SET options of a script that the runner obeys, as one declaration for parsing, errors and docs. */
import { parseOptions, type OptionDeclaration } from "../connector/index.ts";
import { defaultSettings, type PipelineSettings } from "../engine/index.ts";

export const settingDeclarations: readonly OptionDeclaration[] = [
  {
    name: "execution.checkpointing.interval",
    type: "duration",
    summary: "Longest time between two epochs while rows flow.",
    default: "100 ms",
    minimum: 10,
    maximum: 600_000,
    example: "50 ms",
  },
  { name: "execution.batch-rows", type: "integer", summary: "Rows decoded and pushed at a time.", default: "1024", minimum: 1, maximum: 4096 },
  { name: "execution.chunk-size", type: "bytes", summary: "Bytes asked of a source split at a time.", default: "256 kb", minimum: 1024, maximum: 67_108_864 },
  {
    name: "execution.snapshot-after",
    type: "bytes",
    summary: "State changes after which a new snapshot is written.",
    default: "64 mb",
    minimum: 65_536,
    maximum: 17_179_869_184,
  },
  {
    name: "late-rows",
    type: "choice",
    summary: "Where rows go that came after the watermark passed them.",
    default: "dead-letters",
    choices: ["dead-letters", "drop"],
  },
  { name: "dead-letters.path", type: "text", summary: "Folder for dead letters as files, beside the stream they always go to.", example: "out/dead-letters" },
  {
    name: "dead-letters.memory",
    type: "bytes",
    summary: "Bytes of dead letters one epoch may hold; sources wait beyond it.",
    default: "64 mb",
    minimum: 65_536,
    maximum: 4_294_967_296,
  },
  { name: "table.local-time-zone", type: "text", summary: "Session time zone.", default: "UTC", example: "Europe/Berlin" },
  {
    name: "table.exec.source.idle-timeout",
    type: "duration",
    summary: "Splits without rows for this long do not hold time back; 0 turns it off.",
    default: "10 s",
    minimum: 0,
    maximum: 86_400_000,
  },
  { name: "pipeline.name", type: "text", summary: "Name of the job.", example: "fraud" },
  {
    name: "parallelism.default",
    type: "integer",
    summary: "Accepted for Flink's sake: a pipeline runs on one thread of its own.",
    default: "1",
    minimum: 1,
    maximum: 1,
  },
];

const settingOwner = { connector: "SET", table: "this script" };

export function pipelineSettings(configuration: Readonly<Record<string, string>>): PipelineSettings {
  const options = parseSettings(configuration);
  return {
    ...defaultSettings,
    epochIntervalMs: options.number("execution.checkpointing.interval"),
    batchRows: options.number("execution.batch-rows"),
    chunkBytes: options.number("execution.chunk-size"),
    snapshotAfterBytes: options.number("execution.snapshot-after"),
    lateRows: options.text("late-rows") as PipelineSettings["lateRows"],
    timeZone: options.text("table.local-time-zone"),
  };
}

function parseSettings(configuration: Readonly<Record<string, string>>): ReturnType<typeof parseOptions> {
  return parseOptions(settingDeclarations, Object.fromEntries(Object.entries(configuration).filter(([name]) => !ignored(name))), settingOwner);
}

/** Flink's settings that tune its own machinery and mean nothing to ours. */
function ignored(name: string): boolean {
  return /^(sql-client|taskmanager|jobmanager|state|restart-strategy|pipeline\.(?!name)|execution\.(runtime-mode|state|attached)|table\.(exec\.(mini-batch|resource|state|sink)|optimizer|dml-sync|plan))/.test(
    name,
  );
}

export function deadLetterSettings(configuration: Readonly<Record<string, string>>): { readonly path: string | null; readonly memoryBytes: number } {
  const options = parseSettings(configuration);
  return { path: options.optionalText("dead-letters.path") ?? null, memoryBytes: options.number("dead-letters.memory") };
}
