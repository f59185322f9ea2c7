/** Queries that only read files go to DuckDB: it groups, joins and sorts what has come to rest, which no stream needs. */
import { HeadraceError, type ErrorCode } from "../../core/index.ts";
import type { Field } from "../../data/index.ts";
import type { SqlResult } from "../../fronts/index.ts";
import { folderView, quoteText, type Lake } from "../../lake/index.ts";
import { type Catalog, type CatalogTable, objectName, type ObjectName, type Statement } from "../../sql/index.ts";

const lakeFormats = new Set(["parquet", "json", "csv"]);
/** DuckDB would also write files and change settings; here it only answers. */
const readingWords = /^\s*(?:select|with|from|values|summarize|describe|explain|pivot|unpivot|\()/i;

export interface LakeQueryOptions {
  readonly lake: Lake;
  readonly catalog: Catalog;
  /** Where relative paths in the text start. */
  readonly baseDirectory: string;
}

/** Tables whose rows lie in the lake, by name. */
export function lakeTables(catalog: Catalog): Map<string, CatalogTable> {
  const tables = catalog.objects().flatMap((object) => (object.kind === "table" && isLakeTable(object) ? [object] : []));
  return new Map(tables.map((table) => [table.reference.name, table]));
}

function isLakeTable({ reference: { connector, options } }: CatalogTable): boolean {
  return connector === "filesystem" && lakeFormats.has(options.format ?? "") && !/\.\w+$/.test(options.path ?? "");
}

/** Whether a query reads lake tables and nothing else. */
export function readsOnlyLake(statement: Statement, catalog: Catalog): boolean {
  const tables = lakeTables(catalog);
  const { names, common } = namesIn(statement);
  const read = [...names].filter((name) => !common.has(name));
  return read.length > 0 && read.every((name) => tables.has(name));
}

/** Whether a text that is not Flink's SQL may be DuckDB's: it begins like a query and names a file or a lake table. */
export function mayBeLakeQuery(text: string, catalog: Catalog): boolean {
  if (!readingWords.test(text) || pieces(text).some((piece) => piece.kind === "code" && piece.text.includes(";"))) return false;
  if (/\b(?:from|join|summarize|describe)\s+'[^']+'/i.test(text) || /\bread_(?:parquet|json|csv)/i.test(text)) return true;
  const words = new Set(text.match(/\w+/g));
  return [...lakeTables(catalog).keys()].some((name) => words.has(name));
}

export async function queryLake(text: string, { lake, catalog, baseDirectory }: LakeQueryOptions): Promise<SqlResult> {
  const setup = ["SET TimeZone = 'UTC'", `SET file_search_path = ${quoteText(baseDirectory)}`];
  const words = new Set(text.match(/\w+/g));
  for (const [name, { reference }] of lakeTables(catalog)) {
    if (!words.has(name)) continue;
    const columns = reference.columns.filter(({ kind }) => kind === "physical").map((column) => column.name);
    setup.push(folderView(name, reference.options.path, reference.options.format as "parquet", columns));
  }
  const query = await lake.query(inDuckDbQuotes(text), setup).catch((error: unknown) => {
    throw explained(error, catalog);
  });
  const columns: Field[] = query.columns.map(({ name, type }) => ({ name, type }));
  return {
    columns,
    isQuery: true,
    async next() {
      const rows = await query.next();
      if (rows === null) return null;
      return Array.from({ length: rows.count }, (_, row) => ({ kind: "INSERT" as const, fields: rows.columns.map((column) => column[row]) }));
    },
    async close() {
      query.close();
    },
  };
}

function explained(error: unknown, catalog: Catalog): unknown {
  if (!(error instanceof HeadraceError)) return error;
  const pattern = /No files found that match the pattern "([^"]+)"/.exec(error.message)?.[1];
  if (pattern === undefined) return new HeadraceError(error.code as ErrorCode, error.message.replaceAll(/\n{2,}/g, "\n"), { cause: error });
  const table = [...lakeTables(catalog)].find(([, { reference }]) => pattern.startsWith(reference.options.path))?.[0];
  return new HeadraceError(
    "not-found",
    table === undefined ? `no files at ${pattern}` : `table ${table} has no files yet in ${pattern.replace(/\/\*\*.*$/, "")}`,
    {
      cause: error,
      hint: "files appear when an epoch publishes them; `headrace job ls` shows what its job is doing",
    },
  );
}

function namesIn(statement: Statement): { names: Set<string>; common: Set<string> } {
  const names = new Set<string>();
  const common = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { kind, name } = node as { kind?: string; name?: unknown };
    if (kind === "table" || kind === "explicit-table") names.add(objectName(name as ObjectName));
    else if (kind === "common-table") common.add((name as { name: string }).name);
    else if (kind === "table-function") names.add(`${objectName(name as ObjectName)}()`);
    for (const value of Object.values(node)) visit(value);
  };
  visit(statement);
  return { names, common };
}

/** Flink quotes names with back quotes, DuckDB with double quotes. */
function inDuckDbQuotes(text: string): string {
  return pieces(text)
    .map(({ kind, text: piece }) => (kind === "name" ? `"${piece.slice(1, -1).replaceAll("``", "`").replaceAll('"', '""')}"` : piece))
    .join("");
}

interface Piece {
  readonly kind: "code" | "string" | "name" | "comment";
  readonly text: string;
}

function pieces(text: string): Piece[] {
  return [...text.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|--[^\n]*|\/\*[\s\S]*?\*\/|(?:(?!--|\/\*)[^'"`])+|['"`]/g)].map(([piece]) => ({
    kind:
      piece.startsWith("`") && piece.length > 1
        ? "name"
        : piece.startsWith("--") || piece.startsWith("/*")
          ? "comment"
          : /^['"]/.test(piece)
            ? "string"
            : "code",
    text: piece,
  }));
}
