/** Calls of SQL/JSON, whose clauses become the parameter of a declared function. */
import { stringType } from "../../data/index.ts";
import { SqlError } from "../errors.ts";
import type { JsonBuildingParameter, JsonExistsParameter, JsonQueryParameter, JsonValueParameter } from "../functions/index.ts";
import type * as ast from "../parse/ast.ts";
import type { Expression } from "../plan/expression.ts";
import { bindCall, castTo } from "./calls.ts";
import { bindType } from "./types.ts";

/** Binds a part of the call. */
type Bind = (node: ast.Expression) => Expression;

export function bindJsonValue(node: ast.JsonValueExpression, bind: Bind, timeZone: string): Expression {
  const returning = node.returning === undefined ? stringType() : bindType(node.returning);
  const otherwise = (behaviour: ast.JsonValueBehaviour | undefined): JsonValueParameter["onEmpty"] => {
    if (behaviour?.value === undefined) return { action: behaviour?.action ?? "NULL", value: null };
    const value = castTo(bind(behaviour.value), returning, behaviour.value.span, timeZone);
    if (value.kind !== "literal") throw new SqlError("sql-unsupported", "a DEFAULT of JSON_VALUE that is no constant cannot be run yet", behaviour.value.span);
    return { action: "DEFAULT", value: value.value };
  };
  const parameter: JsonValueParameter = { returning, onEmpty: otherwise(node.onEmpty), onError: otherwise(node.onError) };
  return bindCall("JSON_VALUE", [bind(node.input), bind(node.path)], node.span, timeZone, parameter);
}

export function bindJsonQuery(node: ast.JsonQueryExpression, bind: Bind, timeZone: string): Expression {
  if (node.returning !== undefined && bindType(node.returning).kind !== "varchar") {
    throw new SqlError("sql-unsupported", "JSON_QUERY RETURNING another type than STRING cannot be run yet", node.returning.span);
  }
  const parameter: JsonQueryParameter = { wrapper: node.wrapper ?? "WITHOUT", onEmpty: node.onEmpty ?? "NULL", onError: node.onError ?? "NULL" };
  return bindCall("JSON_QUERY", [bind(node.input), bind(node.path)], node.span, timeZone, parameter);
}

export function bindJsonExists(node: ast.JsonExistsExpression, bind: Bind, timeZone: string): Expression {
  const parameter: JsonExistsParameter = node.onError ?? "FALSE";
  return bindCall("JSON_EXISTS", [bind(node.input), bind(node.path)], node.span, timeZone, parameter);
}

export function bindJsonObject(node: ast.JsonObjectExpression, bind: Bind, timeZone: string): Expression {
  const parameter: JsonBuildingParameter = { onNull: node.onNull ?? "NULL", nested: node.entries.map(({ value }) => isBuilding(value)) };
  const args = node.entries.flatMap(({ key, value }) => [bind(key), bind(value)]);
  return bindCall("JSON_OBJECT", args, node.span, timeZone, parameter);
}

export function bindJsonArray(node: ast.JsonArrayExpression, bind: Bind, timeZone: string): Expression {
  const parameter: JsonBuildingParameter = { onNull: node.onNull ?? "ABSENT", nested: node.items.map(isBuilding) };
  return bindCall("JSON_ARRAY", node.items.map(bind), node.span, timeZone, parameter);
}

function isBuilding({ kind }: ast.Expression): boolean {
  return kind === "json-object" || kind === "json-array";
}
