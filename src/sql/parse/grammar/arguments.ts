import type { Argument, DescriptorArgument, TableArgument } from "../ast/calls.ts";
import type { ObjectName } from "../ast/span.ts";
import type { Query } from "../ast/queries.ts";
import type { Cursor } from "./cursor.ts";
import { isIdentifier } from "./cursor.ts";
import { holdsQuery } from "./lookahead.ts";
import { parseOrderItem } from "./over.ts";

/** One argument of a call. `table`: the call stands in FROM, where a query in parentheses is a table and not a value. */
export function parseArgument(cursor: Cursor, table: boolean): Argument {
  const start = cursor.token.start;
  if (cursor.peek().key === "=>") {
    const token = cursor.token;
    if (!isIdentifier(token)) return cursor.fail(["the name of an argument"]);
    const name = cursor.identifier();
    cursor.next();
    return { kind: "named-argument", name, value: unnamed(cursor, table), span: cursor.span(start) };
  }
  return unnamed(cursor, table);
}

function unnamed(cursor: Cursor, table: boolean): Argument {
  const { key, start } = cursor.token;
  if (key === "TABLE") return tableArgument(cursor);
  if (key === "MODEL" && isIdentifier(cursor.peek())) {
    cursor.next();
    return { kind: "model-argument", name: cursor.objectName("the name of a model"), span: cursor.span(start) };
  }
  if (key === "DESCRIPTOR" && cursor.peek().key === "(") return descriptor(cursor);
  if (key === "DEFAULT") {
    cursor.next();
    return { kind: "default-argument", span: cursor.span(start) };
  }
  if (!holdsQuery(cursor)) return cursor.expression();
  if (table) return partitioned(cursor, start, parenthesisedQuery(cursor));
  const value = cursor.expression();
  return value.kind === "subquery" && cursor.atAny("PARTITION", "ORDER") ? partitioned(cursor, start, value.query) : value;
}

function parenthesisedQuery(cursor: Cursor): Query {
  const open = cursor.expect("(");
  const query = cursor.query();
  cursor.close(open);
  return query;
}

function tableArgument(cursor: Cursor): TableArgument {
  const { start } = cursor.next();
  const source: ObjectName | Query = cursor.token.key === "(" ? parenthesisedQuery(cursor) : cursor.objectName("the name of a table");
  return partitioned(cursor, start, source);
}

function partitioned(cursor: Cursor, start: number, source: ObjectName | Query): TableArgument {
  const oneOrList = <T>(rule: () => T): T[] => (cursor.token.key === "(" ? cursor.parenthesised(rule) : [rule()]);
  const partitionBy = cursor.accept("PARTITION", "BY") ? oneOrList(() => cursor.expression()) : [];
  const orderBy = cursor.accept("ORDER", "BY") ? oneOrList(() => parseOrderItem(cursor)) : [];
  return { kind: "table-argument", source, partitionBy, orderBy, span: cursor.span(start) };
}

function descriptor(cursor: Cursor): DescriptorArgument {
  const { start } = cursor.next();
  const columns = cursor.parenthesised(() => cursor.identifier("the name of a column"));
  return { kind: "descriptor", columns, span: cursor.span(start) };
}
