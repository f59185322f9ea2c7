import type { CreateTable, LikeDefinition, LikeOption } from "../ast/definitions.ts";
import type { Identifier } from "../ast/span.ts";
import type { Cursor } from "../grammar/cursor.ts";
import { parseWith } from "../grammar/options.ts";
import { emptyParts, parseDistribution, parseTableElement } from "./columns.ts";
import type { CreateHead } from "./create.ts";
import { parseIfNotExists } from "./create.ts";

/** CREATE TABLE from the word TABLE on. */
export function parseCreateTable(cursor: Cursor, { start, temporary, orReplace }: CreateHead): CreateTable {
  cursor.clause = "CREATE TABLE";
  cursor.expect("TABLE");
  const ifNotExists = parseIfNotExists(cursor);
  const name = cursor.objectName("the name of a table");
  const parts = emptyParts();
  if (cursor.token.key === "(") cursor.parenthesised(() => parseTableElement(cursor, parts), true);
  const comment = cursor.optionalString("COMMENT");
  const distribution = cursor.token.key === "DISTRIBUTED" ? parseDistribution(cursor) : undefined;
  const partitionedBy = cursor.accept("PARTITIONED", "BY") ? cursor.parenthesised(() => cursor.identifier("the name of a column")) : [];
  const options = parseWith(cursor);
  const like = cursor.token.key === "LIKE" ? parseLike(cursor) : undefined;
  const query = like === undefined && cursor.accept("AS") ? cursor.query() : undefined;
  if (query === undefined && parts.columnOrder.length > 0) untyped(cursor, parts.columnOrder[0]);
  const head = { kind: "create-table", temporary, orReplace, ifNotExists, name } as const;
  return { ...head, ...parts, comment, distribution, partitionedBy, options, like, query, span: cursor.span(start) };
}

function untyped(cursor: Cursor, column: Identifier): never {
  return cursor.invalid(`the column ${column.name} has no type`, column.span, `for example ${column.name} STRING`);
}

function parseLike(cursor: Cursor): LikeDefinition {
  const { start } = cursor.next();
  cursor.clause = "LIKE";
  const source = cursor.objectName("the name of a table");
  const options: LikeOption[] = [];
  if (cursor.token.key === "(") {
    const open = cursor.next();
    do {
      options.push(parseLikeOption(cursor));
      cursor.accept(",");
    } while (cursor.atAny("INCLUDING", "EXCLUDING", "OVERWRITING"));
    cursor.close(open);
  }
  cursor.clause = "CREATE TABLE";
  return { kind: "like-definition", source, options, span: cursor.span(start) };
}

function parseLikeOption(cursor: Cursor): LikeOption {
  const { start } = cursor.token;
  const action = cursor.expectAny("INCLUDING", "EXCLUDING", "OVERWRITING");
  const feature = cursor.expectAny("ALL", "CONSTRAINTS", "DISTRIBUTION", "GENERATED", "METADATA", "OPTIONS", "PARTITIONS", "WATERMARKS");
  return { kind: "like-option", action, feature, span: cursor.span(start) };
}
