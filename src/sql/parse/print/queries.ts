import type { GroupItem, Hint, Query, QueryBody, Select, SelectItem, TableAlias, TableExpression } from "../ast/queries.ts";
import type { OrderItem } from "../ast/queries.ts";
import { printArgument, printWindow } from "./calls.ts";
import { list, printExpression } from "./expressions.ts";
import { printMatchRecognize } from "./match-recognize.ts";
import { printFunctionName, printIdentifier, printName, printNames, printPath, printString, words } from "./text.ts";

export function printQuery(query: Query): string {
  const common = query.commonTables.map(
    ({ name, columns, query: of }) => `${printIdentifier(name)}${columns.length > 0 ? ` ${printNames(columns)}` : ""} AS (${printQuery(of)})`,
  );
  return words(
    common.length > 0 && `WITH ${common.join(", ")}`,
    printBody(query.body),
    query.orderBy.length > 0 && `ORDER BY ${printOrder(query.orderBy)}`,
    query.limit && `LIMIT ${printExpression(query.limit)}`,
    query.offset && `OFFSET ${printExpression(query.offset)} ROWS`,
  );
}

function printBody(body: QueryBody): string {
  switch (body.kind) {
    case "select":
      return printSelect(body);
    case "values":
      return `VALUES ${body.rows.map(({ items }) => `(${list(items)})`).join(", ")}`;
    case "explicit-table":
      return `TABLE ${printName(body.name)}`;
    case "query":
      return `(${printQuery(body)})`;
    case "set-operation": {
      const left = printSide(body.left, body.left.kind === "set-operation" && body.operator === "INTERSECT" && body.left.operator !== "INTERSECT");
      const right = printSide(body.right, body.right.kind === "set-operation" && (body.operator === "INTERSECT" || body.right.operator !== "INTERSECT"));
      return `${left} ${body.operator}${body.all ? " ALL" : ""} ${right}`;
    }
  }
}

function printSide(body: QueryBody, parentheses: boolean): string {
  return parentheses ? `(${printBody(body)})` : printBody(body);
}

function printSelect(select: Select): string {
  return words(
    "SELECT",
    printHints(select.hints),
    select.distinct && "DISTINCT",
    select.items.map(printItem).join(", "),
    select.from && `FROM ${printTable(select.from)}`,
    select.where && `WHERE ${printExpression(select.where)}`,
    select.groupBy && `GROUP BY ${select.groupBy.distinct ? "DISTINCT " : ""}${select.groupBy.items.map(printGroup).join(", ")}`,
    select.having && `HAVING ${printExpression(select.having)}`,
    select.windows.length > 0 &&
      `WINDOW ${select.windows.map(({ name, specification }) => `${printIdentifier(name)} AS ${printWindow(specification)}`).join(", ")}`,
    select.qualify && `QUALIFY ${printExpression(select.qualify)}`,
  );
}

function printItem(item: SelectItem): string {
  if (item.kind === "select-star") return item.qualifier.length === 0 ? "*" : `${printPath(item.qualifier)}.*`;
  return words(printExpression(item.expression), item.alias && `AS ${printIdentifier(item.alias)}`);
}

function printGroup(item: GroupItem): string {
  switch (item.kind) {
    case "group-expressions":
      return item.expressions.length === 1 ? printExpression(item.expressions[0]) : `(${list(item.expressions)})`;
    case "grouping-sets":
      return `GROUPING SETS (${item.sets.map(printGroup).join(", ")})`;
    case "rollup":
      return `ROLLUP (${item.items.map(printGroup).join(", ")})`;
    case "cube":
      return `CUBE (${item.items.map(printGroup).join(", ")})`;
  }
}

export function printOrder(items: readonly OrderItem[]): string {
  return items.map(({ expression, descending, nulls }) => words(printExpression(expression), descending && "DESC", nulls && `NULLS ${nulls}`)).join(", ");
}

export function printHints(hints: readonly Hint[]): string {
  if (hints.length === 0) return "";
  const inside = hints.map(({ name, options, arguments: args }) => {
    const pairs = options.map(({ key, value }) => `${printString(key)} = ${printString(value)}`);
    return pairs.length + args.length === 0 ? name : `${name}(${[...pairs, ...args.map(printHintArgument)].join(", ")})`;
  });
  return `/*+ ${inside.join(", ")} */`;
}

function printHintArgument(argument: string): string {
  return /^[A-Za-z_][\w.]*$|^\d+$/.test(argument) ? argument : printString(argument);
}

// ---- FROM ----

export function printTable(table: TableExpression): string {
  switch (table.kind) {
    case "table": {
      const time = table.systemTime && `FOR SYSTEM_TIME AS OF ${printExpression(table.systemTime)}`;
      return words(printName(table.name), printHints(table.hints), time, printAlias(table.alias));
    }
    case "derived-table":
      return words(table.lateral && "LATERAL", `(${printQuery(table.query)})`, printAlias(table.alias));
    case "table-function": {
      const call = `TABLE(${printFunctionName(table.name)}(${table.arguments.map(printArgument).join(", ")}))`;
      return words(table.lateral && "LATERAL", call, printAlias(table.alias));
    }
    case "unnest":
      return words(`UNNEST(${list(table.expressions)})`, table.ordinality && "WITH ORDINALITY", printAlias(table.alias));
    case "match-recognize":
      return words(printMatchRecognize(table), printAlias(table.alias));
    case "join":
      return printJoin(table);
  }
}

function printJoin(join: Extract<TableExpression, { kind: "join" }>): string {
  const left = printTable(join.left);
  if (join.comma) return `${left}, ${join.right.kind === "join" && join.right.comma ? `(${printTable(join.right)})` : printTable(join.right)}`;
  const first = join.left.kind === "join" && join.left.comma ? `(${left})` : left;
  const right = join.right.kind === "join" ? `(${printTable(join.right)})` : printTable(join.right);
  const condition = join.on === undefined ? join.using.length > 0 && `USING ${printNames(join.using)}` : `ON ${printExpression(join.on)}`;
  return words(first, join.natural && "NATURAL", join.type === "INNER" ? "JOIN" : `${join.type} JOIN`, right, condition);
}

export function printAlias(alias: TableAlias | undefined): string {
  if (alias === undefined) return "";
  return `AS ${printIdentifier(alias.name)}${alias.columns.length > 0 ? ` ${printNames(alias.columns)}` : ""}`;
}
