/** Expressions of the syntax tree to bound expressions over a scope. */
import { simpleType, typeText, withNullable, type DataType } from "../../data/index.ts";
import type { Catalog } from "../catalog.ts";
import { SqlError } from "../errors.ts";
import { equalScalars } from "../functions/index.ts";
import type * as ast from "../parse/ast.ts";
import type { Expression } from "../plan/expression.ts";
import { bindCall, castTo, describeColumn } from "./calls.ts";
import { bindJsonArray, bindJsonExists, bindJsonObject, bindJsonQuery, bindJsonValue } from "./json-calls.ts";
import { bindLiteral } from "./literals.ts";
import type { Resolved, Scope } from "./scope.ts";
import { bindType } from "./types.ts";

/** Sees every node before it is bound: answers what stands for it, or undefined. Aggregates, OVER and group keys come in here. */
export type Replace = (node: ast.Expression) => Expression | undefined;

export class ExpressionBinder {
  readonly scope: Scope;
  readonly timeZone: string;
  readonly #replace: Replace;

  readonly #catalog: Catalog | undefined;

  constructor(scope: Scope, { timeZone, catalog }: { readonly timeZone: string; readonly catalog?: Catalog }, replace: Replace = () => undefined) {
    this.scope = scope;
    this.timeZone = timeZone;
    this.#catalog = catalog;
    this.#replace = replace;
  }

  bind(node: ast.Expression): Expression {
    const replaced = this.#replace(node);
    if (replaced !== undefined) return replaced;
    switch (node.kind) {
      case "number-literal":
      case "string-literal":
      case "binary-literal":
      case "boolean-literal":
      case "null-literal":
      case "datetime-literal":
      case "interval-literal":
        return bindLiteral(node);
      case "column":
        return this.#column(node);
      case "field":
        return this.#fields(this.bind(node.base), [node.field]);
      case "subscript":
        return this.call("ITEM", [node.base, node.index], node.span);
      case "unary":
        return this.#unary(node);
      case "binary":
        if (node.operator === "OVERLAPS") throw unsupported("OVERLAPS", node.span);
        return this.call(node.operator, [node.left, node.right], node.span);
      case "between":
        return this.#between(node);
      case "like":
        return this.#negated(
          this.call(node.operator, node.escape === undefined ? [node.operand, node.pattern] : [node.operand, node.pattern, node.escape], node.span),
          node.negated,
          node.span,
        );
      case "in-list":
        return this.#inList(node);
      case "is":
        return this.#is(node);
      case "is-distinct":
        return this.call(node.negated ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM", [node.left, node.right], node.span);
      case "case":
        return this.#case(node);
      case "cast":
        return this.#cast(node);
      case "row":
        return this.call("ROW", node.items, node.span);
      case "array":
        return this.call("ARRAY", node.items, node.span);
      case "map":
        return this.call(
          "MAP",
          node.entries.flatMap(({ key, value }) => [key, value]),
          node.span,
        );
      case "call":
        return this.#call(node);
      case "extract":
        return this.#bound("EXTRACT", [this.bind(node.operand)], node.span, node.unit);
      case "time-rounding":
        return this.#bound(`${node.function} TO`, [this.bind(node.operand)], node.span, node.unit);
      case "timestamp-add":
        return this.#bound("TIMESTAMPADD", [this.bind(node.amount), this.bind(node.operand)], node.span, node.unit);
      case "timestamp-difference":
        return this.#bound("TIMESTAMPDIFF", [this.bind(node.from), this.bind(node.to)], node.span, node.unit);
      case "trim":
        return this.#bound("TRIM", [this.bind(node.operand), ...(node.characters === undefined ? [] : [this.bind(node.characters)])], node.span, node.side);
      case "json-value":
        return bindJsonValue(node, (each) => this.bind(each), this.timeZone);
      case "json-query":
        return bindJsonQuery(node, (each) => this.bind(each), this.timeZone);
      case "json-exists":
        return bindJsonExists(node, (each) => this.bind(each), this.timeZone);
      case "json-object":
        return bindJsonObject(node, (each) => this.bind(each), this.timeZone);
      case "json-array":
        return bindJsonArray(node, (each) => this.bind(each), this.timeZone);
      default:
        throw unsupported(names[node.kind] ?? node.kind, node.span);
    }
  }

  /** A condition: BOOLEAN, or an error that names the clause. */
  condition(node: ast.Expression, clause: string): Expression {
    const bound = this.bind(node);
    if (bound.type.kind === "boolean" || bound.type.kind === "null") return bound;
    throw new SqlError("sql-invalid", `${clause} needs a BOOLEAN, not ${typeText(bound.type, true)}`, node.span, { clause });
  }

  call(name: string, args: readonly ast.Expression[], span: ast.Span): Expression {
    return this.#bound(
      name,
      args.map((argument) => this.bind(argument)),
      span,
    );
  }

  #bound(name: string, args: readonly Expression[], span: ast.Span, parameter?: unknown): Expression {
    return bindCall(name, args, span, this.timeZone, parameter);
  }

  #column(node: ast.ColumnExpression): Expression {
    const resolved: Resolved = this.scope.resolve(node.parts, node.span);
    const column: Expression = { kind: "column", type: this.scope.columns[resolved.index].type, index: resolved.index };
    return this.#fields(column, resolved.fields);
  }

  #fields(base: Expression, fields: readonly ast.Identifier[]): Expression {
    let expression = base;
    for (const field of fields) {
      const { type } = expression;
      const position = type.kind === "row" ? type.fields.findIndex(({ name }) => name === field.name) : -1;
      if (type.kind !== "row" || position < 0) {
        const hint = type.kind === "row" ? { hint: `fields: ${type.fields.map(({ name }) => name).join(", ")}` } : {};
        throw new SqlError("sql-invalid", `${typeText(type, true)} has no field ${field.name}`, field.span, hint);
      }
      expression = this.#bound("FIELD", [expression], field.span, position);
    }
    return expression;
  }

  #unary(node: ast.UnaryExpression): Expression {
    if (node.operator === "+") return this.bind(node.operand);
    if (node.operator === "-" && node.operand.kind === "number-literal" && node.operand.form === "integer" && node.operand.text === "2147483648") {
      return { kind: "literal", type: simpleType("integer", false), value: -2147483648 };
    }
    return this.call(node.operator === "-" ? "NEGATE" : "NOT", [node.operand], node.span);
  }

  #negated(expression: Expression, negated: boolean, span: ast.Span): Expression {
    return negated ? this.#bound("NOT", [expression], span) : expression;
  }

  #between(node: ast.BetweenExpression): Expression {
    const range = (low: ast.Expression, high: ast.Expression): Expression =>
      this.#bound("AND", [this.call(">=", [node.operand, low], node.span), this.call("<=", [node.operand, high], node.span)], node.span);
    const inside = node.symmetric ? this.#bound("OR", [range(node.low, node.high), range(node.high, node.low)], node.span) : range(node.low, node.high);
    return this.#negated(inside, node.negated, node.span);
  }

  #inList(node: ast.InListExpression): Expression {
    const operand = this.bind(node.operand);
    const items = node.items.map((item) => this.bind(item));
    const comparisons = items.map((item) => this.#bound("=", [operand, item], node.span));
    const set = this.#constantSet(operand, items, comparisons, node.span);
    const found = set ?? comparisons.reduce((left, right) => this.#bound("OR", [left, right], node.span));
    return this.#negated(found, node.negated, node.span);
  }

  /** Constants of one type as a set; null when they are not, or hold NULL. */
  #constantSet(operand: Expression, items: readonly Expression[], comparisons: readonly Expression[], span: ast.Span): Expression | null {
    const first = comparisons[0];
    if (items.length < 2 || first.kind !== "call" || !["integer", "smallint", "tinyint", "bigint", "char", "varchar"].includes(operand.type.kind)) return null;
    const values: unknown[] = [];
    for (const comparison of comparisons) {
      if (comparison.kind !== "call" || comparison.arguments[0] !== operand) return null;
      const constant = comparison.arguments[1];
      if (constant.kind !== "literal" || constant.value === null) return null;
      if (!values.some((value) => equalScalars(value, constant.value, constant.type))) values.push(constant.value);
    }
    return this.#bound("IN", [operand], span, values);
  }

  #is(node: ast.IsExpression): Expression {
    if (node.test.startsWith("JSON")) return this.#negated(this.call(`IS ${node.test}`, [node.operand], node.span), node.negated, node.span);
    const test = node.test === "UNKNOWN" ? "NULL" : node.test;
    return this.call(`IS ${node.negated ? "NOT " : ""}${test}`, [node.operand], node.span);
  }

  #case(node: ast.CaseExpression): Expression {
    const { operand } = node;
    const args = node.branches.flatMap((branch) => [
      operand === undefined ? this.condition(branch.when, "WHEN") : this.#bound("=", [this.bind(operand), this.bind(branch.when)], branch.span),
      this.bind(branch.then),
    ]);
    if (node.otherwise !== undefined) args.push(this.bind(node.otherwise));
    else args.push({ kind: "literal", type: simpleType("null"), value: null });
    return this.#bound("CASE", args, node.span);
  }

  #cast(node: ast.CastExpression): Expression {
    const operand = this.bind(node.operand);
    return castTo(operand, bindType(node.type), node.span, this.timeZone, node.safe);
  }

  #call(node: ast.CallExpression): Expression {
    const name = node.name.parts.at(-1)!.name.toUpperCase();
    if (node.modifiers.over !== undefined)
      throw new SqlError("sql-invalid", `${name} OVER cannot stand here`, node.span, { hint: "OVER windows stand in the SELECT list" });
    const args = node.arguments.map((argument) => this.#argument(argument, name));
    const special = specialCalls[name];
    if (this.#catalog?.userFunction(name) !== undefined) throw unsupported(`${node.name.parts.at(-1)!.name}, a function of your own,`, node.span);
    if (special !== undefined) return special(this, args, node);
    return this.#bound(name, args, node.span);
  }

  #argument(argument: ast.Argument, name: string): Expression {
    switch (argument.kind) {
      case "named-argument":
      case "table-argument":
      case "model-argument":
      case "descriptor":
      case "default-argument":
        throw new SqlError("sql-invalid", `${name} takes plain values here`, argument.span);
      default:
        return this.bind(argument);
    }
  }

  /** For calls that are other calls in disguise. */
  bindBound(name: string, args: readonly Expression[], span: ast.Span): Expression {
    return this.#bound(name, args, span);
  }
}

type SpecialCall = (binder: ExpressionBinder, args: readonly Expression[], node: ast.CallExpression) => Expression;

const specialCalls: Readonly<Record<string, SpecialCall>> = {
  IF: (binder, args, node) => {
    if (args.length !== 3) throw new SqlError("sql-invalid", `IF takes a condition and two values, not ${args.length} arguments`, node.span);
    const chosen = binder.bindBound("CASE", args, node.span);
    // In Flink the result may be NULL as soon as the condition may.
    return chosen.kind === "call" && args[0].type.nullable ? { ...chosen, type: withNullable(chosen.type, true) } : chosen;
  },
  IFNULL: (binder, args, node) => binder.bindBound("COALESCE", args, node.span),
  NVL: (binder, args, node) => binder.bindBound("COALESCE", args, node.span),
  NULLIF: (binder, args, node) => {
    if (args.length !== 2) throw new SqlError("sql-invalid", `NULLIF takes 2 arguments, not ${args.length}`, node.span);
    const none: Expression = { kind: "literal", type: simpleType("null"), value: null };
    return binder.bindBound("CASE", [binder.bindBound("=", args, node.span), none, args[0]], node.span);
  },
  MOD: (binder, args, node) => binder.bindBound("%", args, node.span),
  POW: (binder, args, node) => binder.bindBound("POWER", args, node.span),
};

const names: Readonly<Record<string, string>> = {
  "in-query": "IN over a query",
  quantified: "ANY and ALL",
  exists: "EXISTS",
  subquery: "a query as a value",
  multiset: "a MULTISET value",
  "collection-query": "a collection of a query",
  "match-mode": "RUNNING and FINAL",
  "json-object-aggregate": "JSON_OBJECTAGG",
  "json-array-aggregate": "JSON_ARRAYAGG",
};

export function unsupported(what: string, span: ast.Span, hint?: string): SqlError {
  return new SqlError("sql-unsupported", `${what} cannot be run yet`, span, hint === undefined ? {} : { hint });
}

/** Casts a value to a column's type, as INSERT does; an error that names both. */
export function assign(expression: Expression, name: string, type: DataType, span: ast.Span, timeZone: string): Expression {
  try {
    return castTo(expression, type, span, timeZone);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new SqlError("sql-invalid", `${typeText(expression.type, true)} does not fit column ${describeColumn(name, type)}`, span, {
      hint: `CAST(… AS ${typeText(type, true)})`,
    });
  }
}
