/** Texts, names and folders in DuckDB's statements. */

/** A text as a SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Characters of a path that a glob would read as a pattern. */
function literalGlob(path: string): string {
  return path.replaceAll(/[[*?]/g, "[$&]");
}

/**
 * A statement that makes `name` a view over a folder's files, with its `key=value` folders as columns. Hidden files, which
 * are not published yet, are left out.
 */
export function folderView(name: string, directory: string, format: "parquet" | "json" | "csv", columns?: readonly string[]): string {
  const files = quoteText(`${literalGlob(directory.replace(/\/+$/, ""))}/**/[!.]*.${format}`);
  const source =
    format === "parquet"
      ? `read_parquet(${files}, hive_partitioning = true)`
      : format === "json"
        ? `read_json(${files}, format = 'newline_delimited', hive_partitioning = true)`
        : `read_csv(${files}, header = false, hive_partitioning = true${columns === undefined ? "" : `, names = [${columns.map(quoteText).join(", ")}]`})`;
  return `CREATE OR REPLACE TEMP VIEW ${quoteName(name)} AS SELECT * FROM ${source}`;
}
