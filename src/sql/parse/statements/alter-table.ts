import type {
  AlterTable,
  AlterTableAction,
  ChangeColumnsAction,
  DropPartAction,
  PartitionAction,
  PartitionSpecification,
  PlacedColumn,
  RenameColumnAction,
} from "../ast/alterations.ts";
import type { DistributionDefinition } from "../ast/definitions.ts";
import type { Cursor } from "../grammar/cursor.ts";
import { parseRename, parseResetOptions, parseSetOptions } from "./actions.ts";
import type { TableParts } from "./columns.ts";
import { emptyParts, parseColumn, parseDistribution, parsePrimaryKey, parseWatermark } from "./columns.ts";
import { parseIfExists } from "./drop.ts";
import { parseIfNotExists } from "./create.ts";

/** ALTER TABLE behind these two words. */
export function parseAlterTable(cursor: Cursor, start: number): AlterTable {
  const ifExists = parseIfExists(cursor);
  const name = cursor.objectName("the name of a table");
  return { kind: "alter-table", ifExists, name, action: parseAction(cursor), span: cursor.span(start) };
}

function parseAction(cursor: Cursor): AlterTableAction {
  const { start } = cursor.token;
  switch (cursor.token.key) {
    case "RENAME":
      return cursor.peek().key === "TO" ? parseRename(cursor, "a name for the table") : renameColumn(cursor);
    case "SET":
      return parseSetOptions(cursor);
    case "RESET":
      return parseResetOptions(cursor);
    case "ADD":
    case "MODIFY": {
      const operation = cursor.next().key as "ADD" | "MODIFY";
      if (operation === "ADD" && (cursor.at("PARTITION") || cursor.at("IF", "NOT"))) return partition(cursor, start, "ADD");
      return changeColumns(cursor, start, operation);
    }
    case "DROP":
      cursor.next();
      if (cursor.at("PARTITION") || cursor.at("IF", "EXISTS")) return partition(cursor, start, "DROP");
      return drop(cursor, start);
    default:
      return cursor.fail(["RENAME", "SET", "RESET", "ADD", "MODIFY", "DROP"]);
  }
}

function renameColumn(cursor: Cursor): RenameColumnAction {
  const { start } = cursor.next();
  const from = cursor.path("the name of a column");
  cursor.expect("TO");
  return { kind: "rename-column", from, to: cursor.identifier("a column name"), span: cursor.span(start) };
}

function changeColumns(cursor: Cursor, start: number, operation: "ADD" | "MODIFY"): ChangeColumnsAction {
  const parts = emptyParts();
  const columns: PlacedColumn[] = [];
  let distribution: DistributionDefinition | undefined;
  if (cursor.atAny("DISTRIBUTION", "DISTRIBUTED")) distribution = parseDistribution(cursor);
  else if (cursor.token.key === "(") cursor.parenthesised(() => element(cursor, parts, columns));
  else element(cursor, parts, columns);
  const { watermark, primaryKey } = parts;
  return { kind: "change-columns", operation, columns, watermark, primaryKey, distribution, span: cursor.span(start) };
}

function element(cursor: Cursor, parts: TableParts, columns: PlacedColumn[]): void {
  const { start, key } = cursor.token;
  if (key === "WATERMARK") {
    parts.watermark = parseWatermark(cursor);
    return;
  }
  if (key === "CONSTRAINT" || key === "PRIMARY" || key === "UNIQUE") {
    parts.primaryKey = parsePrimaryKey(cursor);
    return;
  }
  cursor.accept("COLUMN");
  const column = parseColumn(cursor, parts);
  const position = cursor.acceptAny("FIRST", "AFTER");
  const after = position === "AFTER" ? cursor.identifier("the name of a column") : undefined;
  columns.push({ kind: "placed-column", column, position, after, span: cursor.span(start) });
}

function drop(cursor: Cursor, start: number): AlterTableAction {
  const part = (name: DropPartAction["part"], constraint?: DropPartAction["name"]): DropPartAction => ({
    kind: "drop-part",
    part: name,
    name: constraint,
    span: cursor.span(start),
  });
  if (cursor.accept("PRIMARY", "KEY")) return part("PRIMARY KEY");
  if (cursor.accept("WATERMARK")) return part("WATERMARK");
  if (cursor.accept("DISTRIBUTION")) return part("DISTRIBUTION");
  if (cursor.accept("CONSTRAINT")) return part("CONSTRAINT", cursor.identifier("the name of a constraint"));
  cursor.accept("COLUMN");
  const name = () => cursor.identifier("the name of a column");
  const columns = cursor.token.key === "(" ? cursor.parenthesised(name) : [name()];
  return { kind: "drop-columns", columns, span: cursor.span(start) };
}

function partition(cursor: Cursor, start: number, operation: "ADD" | "DROP"): PartitionAction {
  const conditional = operation === "ADD" ? parseIfNotExists(cursor) : parseIfExists(cursor);
  const partitions = [parsePartition(cursor)];
  while (cursor.token.key === "PARTITION" || cursor.at(",", "PARTITION")) {
    cursor.accept(",");
    partitions.push(parsePartition(cursor));
  }
  return { kind: "partition", operation, conditional, partitions, span: cursor.span(start) };
}

/** `PARTITION (a = 1, b)`. */
export function parsePartition(cursor: Cursor): PartitionSpecification {
  const { start } = cursor.token;
  cursor.expect("PARTITION");
  const values = cursor.parenthesised(() => {
    const from = cursor.token.start;
    const column = cursor.identifier("the name of a column");
    const value = cursor.accept("=") ? cursor.expression() : undefined;
    return { kind: "partition-value" as const, column, value, span: cursor.span(from) };
  });
  return { kind: "partition-specification", values, span: cursor.span(start) };
}
