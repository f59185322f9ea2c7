/**
 * What a query may name: the tables, views and models of every job's script, each stream that has no table yet, and what
 * the session has made itself. Where two jobs use one name, the job whose name sorts first has it.
 */
import type { StreamState } from "../../log/index.ts";
import { Catalog, compileScript, parseScript, SqlError, type CatalogObject, type Statement } from "../../sql/index.ts";
import type { JobDefinition } from "../job.ts";
import { resolvePath } from "../paths.ts";

export interface QueryCatalogOptions {
  readonly jobs: readonly JobDefinition[];
  readonly streams: readonly StreamState[];
  /** CREATE and DROP statements of the session, in order. */
  readonly definitions: readonly string[];
  /** Where relative paths of the session's own tables start. */
  readonly baseDirectory: string;
}

/** Statements that change the catalog. */
export function isDefinition({ kind }: Statement): boolean {
  return kind === "create-table" || kind === "create-view" || kind === "create-model" || kind === "create-function" || kind === "drop";
}

export function queryCatalog({ jobs, streams, definitions, baseDirectory }: QueryCatalogOptions): Catalog {
  const catalog = new Catalog();
  for (const job of jobs.toSorted((left, right) => (left.name < right.name ? -1 : 1))) addJob(catalog, job);
  for (const { name } of streams) if (!name.startsWith("$")) addStream(catalog, name);
  for (const text of definitions) define(catalog, text, baseDirectory);
  return catalog;
}

/** Runs a statement that defines something; relative paths in it become absolute. */
export function define(catalog: Catalog, text: string, baseDirectory: string): void {
  const before = new Set(catalog.objects());
  compileScript(text, { catalog, configuration: {} });
  for (const object of catalog.objects()) if (!before.has(object)) placeAt(catalog, object, baseDirectory);
}

function addJob(catalog: Catalog, { sql, baseDirectory }: JobDefinition): void {
  for (const statement of parseScript(sql)) {
    if (!isDefinition(statement) || statement.kind === "drop") continue;
    try {
      define(catalog, sql.slice(statement.span.start, statement.span.end), baseDirectory);
    } catch (error) {
      // Another job has the name, or this definition needs one that lost its name to another job.
      if (!(error instanceof SqlError)) throw error;
    }
  }
}

/** A stream that no script declares: its records as text, beside what the log knows of them. */
function addStream(catalog: Catalog, stream: string): void {
  if (catalog.objects().some((object) => object.kind === "table" && object.reference.connector === "stream" && object.reference.options.stream === stream))
    return;
  if (catalog.relation(stream) !== undefined) return;
  define(
    catalog,
    `CREATE TABLE \`${stream}\` (
      \`data\` STRING,
      \`partition_key\` STRING METADATA FROM 'partition-key' VIRTUAL,
      \`sequence_number\` STRING METADATA FROM 'sequence-number' VIRTUAL,
      \`shard_id\` STRING METADATA FROM 'shard-id' VIRTUAL,
      \`arrival_time\` TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL
    ) WITH ('connector' = 'stream', 'stream' = '${stream}', 'format' = 'raw')`,
    "",
  );
}

function placeAt(catalog: Catalog, object: CatalogObject, baseDirectory: string): void {
  if (object.kind === "table") {
    const { reference, definition } = object;
    const { path } = reference.options;
    if (path === undefined) return;
    catalog.add({ ...object, reference: { ...reference, options: { ...reference.options, path: resolvePath(baseDirectory, path) } } }, definition.name, {
      ifNotExists: false,
      orReplace: true,
    });
  } else if (object.kind === "model" && object.options.path !== undefined) {
    const name = {
      kind: "object-name",
      parts: [{ kind: "identifier", name: object.name, quoted: true, span: { start: 0, end: 0 } }],
      span: { start: 0, end: 0 },
    } as const;
    catalog.add({ ...object, options: { ...object.options, path: resolvePath(baseDirectory, object.options.path) } }, name, {
      ifNotExists: false,
      orReplace: true,
    });
  }
}
