import { posix } from "node:path";
import { invalidOption, type ConnectorContext, type ConnectorTable, type Source, type Split, type SplitReader } from "../../../connector/index.ts";
import { HeadraceError } from "../../../core/index.ts";
import { option } from "../options.ts";
import { openBytes } from "./byte-reader.ts";
import { findFiles, resolvePath, type FoundFile } from "./files.ts";
import { ParquetFiles } from "./parquet-reader.ts";
import { TextReader, type TextPosition } from "./text-reader.ts";

/** Files read ahead hold about this much in all. */
const readAheadBytes = 64 * 1024 * 1024;
const chunkBytesMax = 1024 * 1024;
const chunkBytesMin = 16 * 1024;
const recordBytesMax = 64 * 1024 * 1024;
/** Beyond this many files none is held open between reads. */
const openFilesMax = 128;

/** A split per file. With 'source.monitor-interval' the folder is watched for new files and the source never ends. */
export class FilesystemSource implements Source {
  readonly #table: ConnectorTable;
  readonly #context: ConnectorContext;
  readonly #path: string;
  readonly #pattern: RegExp | null;
  readonly #monitorIntervalMs: number | undefined;
  readonly #files = new Map<string, FoundFile>();
  readonly #parquet = new ParquetFiles();
  #lookedMs = Number.NEGATIVE_INFINITY;
  #drained = false;

  constructor(table: ConnectorTable, context: ConnectorContext) {
    this.#table = table;
    this.#context = context;
    this.#path = resolvePath(table.options.text("path"), context.baseDirectory);
    this.#pattern = parsePattern(table);
    this.#monitorIntervalMs = table.options.optionalNumber("source.monitor-interval");
  }

  get bounded(): boolean {
    return this.#drained || this.#monitorIntervalMs === undefined;
  }

  async discover(known: ReadonlySet<string>): Promise<readonly Split[]> {
    const nowMs = this.#context.platform.clock.monotonicMs();
    if (this.#drained || nowMs - this.#lookedMs < (this.#monitorIntervalMs ?? 0)) return [];
    this.#lookedMs = nowMs;
    const files = await findFiles(this.#context.platform.disk, this.#path, this.#pattern);
    if (files.length === 0 && known.size === 0 && this.#monitorIntervalMs === undefined) {
      throw new HeadraceError("not-found", `table '${this.#table.name}': no file at ${this.#path}`, {
        hint: "Relative paths start at the folder of the SQL file.",
      });
    }
    for (const file of files) this.#files.set(file.name, file);
    return files.filter(({ name }) => !known.has(name)).map(({ name }) => ({ id: name, position: { byte: 0, line: 0 } satisfies TextPosition }));
  }

  async open(split: Split): Promise<SplitReader> {
    const file = this.#files.get(split.id) ?? (await this.#find(split.id));
    const { options, schema } = this.#table;
    if (options.text("format") === "parquet") return this.#parquet.open(file.path, schema, split.position);
    const many = this.#files.size > openFilesMax;
    const share = Math.floor(readAheadBytes / Math.max(1, this.#files.size));
    return new TextReader(openBytes(this.#context.platform.disk, file.path, !many), split.position as TextPosition, {
      name: file.name,
      headerLines: options.number("source.header-lines"),
      chunkBytesMax: Math.max(chunkBytesMin, Math.min(chunkBytesMax, share)),
      recordBytesMax,
      ...quoting(this.#table),
      metadata: (key) => fileMetadata(file, key),
    });
  }

  /** A restored split: files that are known by now were not listed again. */
  async #find(name: string): Promise<FoundFile> {
    const files = await findFiles(this.#context.platform.disk, this.#path, this.#pattern);
    for (const file of files) this.#files.set(file.name, file);
    const file = this.#files.get(name);
    if (file === undefined) {
      throw new HeadraceError("not-found", `table '${this.#table.name}': ${name} was being read and is gone from ${this.#path}`, {
        hint: "Put the file back, or start the pipeline under a new name to begin anew.",
      });
    }
    return file;
  }

  async drain(): Promise<void> {
    this.#drained = true;
  }
  async close(): Promise<void> {
    await this.#parquet.close();
  }
}

function parsePattern(table: ConnectorTable): RegExp | null {
  const text = table.options.optionalText("source.path.regex-pattern");
  if (text === undefined) return null;
  try {
    return new RegExp(`^(?:${text})$`);
  } catch (error) {
    throw invalidOption(
      option("source.path.regex-pattern"),
      text,
      { connector: "filesystem", table: table.name },
      `a regular expression: ${(error as Error).message}`,
    );
  }
}

/** CSV records may hold newlines between quotes; in JSON a newline inside a text is always escaped. */
function quoting({ options }: ConnectorTable): { quote: number; escape: number } {
  if (options.text("format") !== "csv" || options.boolean("csv.disable-quote-character")) return { quote: -1, escape: -1 };
  const byte = (name: string, absent: number): number => options.optionalText(name)?.charCodeAt(0) ?? absent;
  return { quote: byte("csv.quote-character", 34), escape: byte("csv.escape-character", -1) };
}

function fileMetadata(file: FoundFile, key: string): unknown {
  switch (key) {
    case "file.path":
      return file.path;
    case "file.name":
      return posix.basename(file.name);
    case "file.size":
      return BigInt(file.sizeBytes);
    case "file.modification-time":
      return Math.floor(file.modifiedMs);
    default:
      throw new HeadraceError("internal", `metadata '${key}' is not declared`);
  }
}
