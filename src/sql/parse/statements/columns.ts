import type { ColumnDefinition, DistributionDefinition, PhysicalColumn, PrimaryKeyDefinition, WatermarkDefinition } from "../ast/definitions.ts";
import type { Identifier } from "../ast/span.ts";
import type { Cursor } from "../grammar/cursor.ts";

/** What a list of columns of CREATE or ALTER TABLE has given so far. */
export interface TableParts {
  readonly columns: ColumnDefinition[];
  readonly columnOrder: Identifier[];
  watermark: WatermarkDefinition | undefined;
  primaryKey: PrimaryKeyDefinition | undefined;
}

export function emptyParts(): TableParts {
  return { columns: [], columnOrder: [], watermark: undefined, primaryKey: undefined };
}

/** One element: a column, a watermark or a key. */
export function parseTableElement(cursor: Cursor, parts: TableParts): void {
  const token = cursor.token;
  if (token.key === "WATERMARK") {
    const watermark = parseWatermark(cursor);
    if (parts.watermark !== undefined) cursor.invalid("a table has one watermark", watermark.span, "keep one WATERMARK FOR");
    parts.watermark = watermark;
    return;
  }
  if (cursor.atAny("CONSTRAINT", "PRIMARY", "UNIQUE")) {
    const primaryKey = parsePrimaryKey(cursor);
    if (parts.primaryKey !== undefined) cursor.invalid("a table has one primary key", primaryKey.span, "keep one PRIMARY KEY");
    parts.primaryKey = primaryKey;
    return;
  }
  if (!cursor.atIdentifier()) cursor.fail(["a column name", "WATERMARK", "PRIMARY KEY"]);
  const next = cursor.peek().key;
  if (next === "," || next === ")") parts.columnOrder.push(cursor.identifier());
  else parts.columns.push(parseColumn(cursor, parts));
}

/** `name type …`, `name AS expression`, `name type METADATA …`; a key behind the type goes to `parts`. */
export function parseColumn(cursor: Cursor, parts: TableParts): ColumnDefinition {
  const { start } = cursor.token;
  const name = cursor.identifier("a column name");
  if (cursor.accept("AS")) {
    const expression = cursor.expression();
    const comment = cursor.optionalString("COMMENT");
    return { kind: "computed-column", name, expression, comment, span: cursor.span(start) };
  }
  const type = cursor.type();
  if (cursor.accept("METADATA")) {
    const key = cursor.optionalString("FROM");
    const virtual = cursor.accept("VIRTUAL");
    const comment = cursor.optionalString("COMMENT");
    return { kind: "metadata-column", name, type, key, virtual, comment, span: cursor.span(start) };
  }
  inlineKey(cursor, name, parts);
  const comment = cursor.optionalString("COMMENT");
  return { kind: "physical-column", name, type, comment, span: cursor.span(start) };
}

function inlineKey(cursor: Cursor, column: Identifier, parts: TableParts): void {
  if (!cursor.atAny("PRIMARY", "CONSTRAINT", "UNIQUE")) return;
  const { start } = cursor.token;
  const constraint = cursor.accept("CONSTRAINT") ? cursor.identifier("a name for the constraint") : undefined;
  refuseUnique(cursor);
  cursor.expect("PRIMARY", "KEY");
  const enforced = parseEnforced(cursor);
  if (parts.primaryKey !== undefined) {
    cursor.invalid("a table has one primary key", cursor.span(start), "a key of several columns is an element of its own: PRIMARY KEY (a, b) NOT ENFORCED");
  }
  parts.primaryKey = { kind: "primary-key", name: constraint, columns: [column], enforced, span: cursor.span(start) };
}

export function parseWatermark(cursor: Cursor): WatermarkDefinition {
  const { start } = cursor.next();
  cursor.expect("FOR");
  const column = cursor.path("the name of a column");
  cursor.expect("AS");
  return { kind: "watermark", column, expression: cursor.expression(), span: cursor.span(start) };
}

export function parsePrimaryKey(cursor: Cursor): PrimaryKeyDefinition {
  const { start } = cursor.token;
  const name = cursor.accept("CONSTRAINT") ? cursor.identifier("a name for the constraint") : undefined;
  refuseUnique(cursor);
  cursor.expect("PRIMARY", "KEY");
  const columns = cursor.parenthesised(() => cursor.identifier("the name of a column"));
  return { kind: "primary-key", name, columns, enforced: parseEnforced(cursor), span: cursor.span(start) };
}

function refuseUnique(cursor: Cursor): void {
  if (cursor.token.key === "UNIQUE") cursor.unsupported("UNIQUE does not run in Flink SQL", cursor.token, "write PRIMARY KEY … NOT ENFORCED");
}

function parseEnforced(cursor: Cursor): boolean {
  if (cursor.accept("NOT", "ENFORCED")) return false;
  cursor.accept("ENFORCED");
  return true;
}

/** `DISTRIBUTED [BY [HASH | RANGE] (columns)] [INTO n BUCKETS]`; the keyword is at the cursor. */
export function parseDistribution(cursor: Cursor): DistributionDefinition {
  const { start } = cursor.next();
  let method: DistributionDefinition["method"];
  let columns: Identifier[] = [];
  let bucketCount: number | undefined;
  if (cursor.accept("BY")) {
    method = cursor.acceptAny("HASH", "RANGE");
    columns = cursor.parenthesised(() => cursor.identifier("the name of a column"));
  }
  if (cursor.accept("INTO")) {
    bucketCount = cursor.integer();
    cursor.expect("BUCKETS");
  }
  if (method === undefined && columns.length === 0 && bucketCount === undefined) cursor.fail(["BY", "INTO"]);
  return { kind: "distribution", method, columns, bucketCount, span: cursor.span(start) };
}

/** `(name type [COMMENT '…'], …)` of a model. */
export function parsePhysicalColumns(cursor: Cursor): PhysicalColumn[] {
  return cursor.parenthesised(() => {
    const { start } = cursor.token;
    const name = cursor.identifier("a column name");
    const type = cursor.type();
    const comment = cursor.optionalString("COMMENT");
    return { kind: "physical-column", name, type, comment, span: cursor.span(start) };
  });
}
