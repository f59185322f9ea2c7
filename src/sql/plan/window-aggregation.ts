/** GROUP BY over a window: windowing table functions, and the older TUMBLE(time, size) in GROUP BY. */
import { timestampType } from "../../data/index.ts";
import { inClause } from "../bind/clause.ts";
import { ExpressionBinder, unsupported } from "../bind/expressions.ts";
import type { ScopeColumn } from "../bind/scope.ts";
import { SqlError } from "../errors.ts";
import type * as ast from "../parse/ast.ts";
import { isPlannedFunction } from "../functions/index.ts";
import { columnOf } from "./builder.ts";
import type { AggregateCall, Expression } from "./expression.ts";
import { bindAggregate } from "./over.ts";
import { fieldsOf, nodeWidth, scopeOf, windowColumnNames, type PlanContext, type Relation, type WindowColumn } from "./relation.ts";
import { filtered, project, type Item } from "./select.ts";
import { callName, isAggregateCall, isOverCall, walk } from "./walk.ts";
import { checkRowtime, intervalMs, pendingWindow, specificationOf } from "./window-functions.ts";

const auxiliary: Readonly<Record<string, WindowColumn>> = {
  TUMBLE_START: "window_start",
  TUMBLE_END: "window_end",
  TUMBLE_ROWTIME: "window_time",
  HOP_START: "window_start",
  HOP_END: "window_end",
  HOP_ROWTIME: "window_time",
};

export function planAggregation(select: ast.Select, from: Relation, items: readonly Item[], context: PlanContext): Relation {
  const { relation, keys } = inClause("GROUP BY", () => windowed(from, groupExpressions(select), select, context));
  const where = select.where === undefined ? relation : filteredBelow(relation, select.where, context);
  return new Aggregation(where, keys, context).plan(items, select.having);
}

function groupExpressions(select: ast.Select): ast.Expression[] {
  return (select.groupBy?.items ?? []).flatMap((item) => {
    if (item.kind !== "group-expressions") throw unsupported(item.kind === "cube" ? "CUBE" : item.kind === "rollup" ? "ROLLUP" : "GROUPING SETS", item.span);
    return [...item.expressions];
  });
}

/** WHERE may not look at the window's bounds; the filter stands below the window. */
function filteredBelow(relation: Relation, where: ast.Expression, context: PlanContext): Relation {
  walk(where, (each) => {
    if (windowColumnOf(each, relation) !== null)
      throw new SqlError("sql-unsupported", "WHERE over the bounds of a window that is aggregated cannot be run yet", each.span, {
        clause: "WHERE",
        hint: "HAVING can look at window_start and window_end",
      });
  });
  const base = { ...relation, columns: relation.columns.slice(0, nodeWidth(relation)), window: null };
  return { ...relation, node: filtered(base, where, context).node };
}

/** Finds the window among FROM and GROUP BY; what is left of the groups are keys. */
function windowed(from: Relation, groups: readonly ast.Expression[], select: ast.Select, context: PlanContext): { relation: Relation; keys: ast.Expression[] } {
  if (from.window !== null) {
    const names = groups.map((node) => windowColumnOf(node, from));
    if (!names.includes("window_start") || !names.includes("window_end")) {
      throw unsupported(
        "GROUP BY without window_start and window_end over a window",
        select.groupBy?.span ?? select.span,
        "GROUP BY window_start, window_end, …",
      );
    }
    return { relation: from, keys: groups.filter((_, index) => names[index] === null) };
  }
  const calls = groups.filter((node) => node.kind === "call" && ["TUMBLE", "HOP", "SESSION"].includes(callName(node))) as ast.CallExpression[];
  if (calls.length !== 1) {
    throw unsupported(
      select.groupBy === undefined ? "an aggregate over all rows of a stream" : "GROUP BY without a window",
      select.groupBy?.span ?? select.span,
      "FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, or OVER",
    );
  }
  return { relation: legacyWindow(calls[0], from, context), keys: groups.filter((node) => node !== calls[0]) };
}

function windowColumnOf(node: ast.Expression, relation: Relation): WindowColumn | null {
  if (relation.window === null || node.kind !== "column" || !(windowColumnNames as readonly string[]).includes(node.parts.at(-1)!.name)) return null;
  const { index } = scopeOf(relation).resolve(node.parts, node.span);
  return index >= nodeWidth(relation) ? windowColumnNames[index - nodeWidth(relation)] : null;
}

/** GROUP BY TUMBLE(ts, INTERVAL '…'), HOP(ts, slide, size). */
function legacyWindow(call: ast.CallExpression, from: Relation, context: PlanContext): Relation {
  const name = callName(call);
  if (name === "SESSION") throw unsupported("the window SESSION", call.span, "TUMBLE and HOP can be run");
  const wanted = name === "TUMBLE" ? 2 : 3;
  if (call.arguments.length !== wanted)
    throw new SqlError("sql-invalid", `${name} in GROUP BY takes ${wanted} arguments, not ${call.arguments.length}`, call.span);
  const time = new ExpressionBinder(scopeOf(from), context).bind(call.arguments[0] as ast.Expression);
  if (time.kind !== "column") throw new SqlError("sql-invalid", `${name} needs an event-time column`, call.arguments[0].span);
  checkRowtime(time.index, from, call.arguments[0].span, name, context);
  const intervals = call.arguments.slice(1).map((argument) => intervalMs(argument, `an argument of ${name}`));
  return pendingWindow(from, time.index, specificationOf(intervals.at(-1)!, name === "HOP" ? intervals[0] : null, 0, call.span), call.span, true);
}

class Aggregation {
  readonly #input: Relation;
  readonly #context: PlanContext;
  readonly #binder: ExpressionBinder;
  readonly #keys: readonly { readonly text: string; readonly expression: Expression; readonly name: string }[];
  /** What the node's input has: keys, then arguments. */
  readonly #projection: Expression[] = [];
  readonly #calls: AggregateCall[] = [];
  readonly #used = new Set<WindowColumn>();

  constructor(input: Relation, keys: readonly ast.Expression[], context: PlanContext) {
    this.#input = input;
    this.#context = context;
    this.#binder = new ExpressionBinder(scopeOf(input), context);
    this.#keys = inClause("GROUP BY", () =>
      keys.map((node, index) => {
        const expression = this.#binder.bind(node);
        return { text: keyText(expression), expression, name: node.kind === "column" ? node.parts.at(-1)!.name : `$key${index}` };
      }),
    );
  }

  plan(items: readonly Item[], having: ast.Expression | undefined): Relation {
    for (const { expression } of this.#keys) this.position(expression);
    const found = new Map<ast.Expression, number>();
    inClause("SELECT list", () => items.forEach(({ node }) => this.#collect(node, found)));
    inClause("HAVING", () => this.#collect(having, found));
    const window = this.#input.window!;
    const timeColumn = this.position(columnOf(window.timeColumn, this.#input.columns[window.timeColumn].type));
    const relation = this.#node(timeColumn);
    const binder = new ExpressionBinder(scopeOf(relation), this.#context, (node) => this.#replacement(node, found, relation));
    const filter = having === undefined ? null : inClause("HAVING", () => binder.condition(having, "HAVING"));
    return project(
      items.map((item) => this.#item(item)),
      (node) => binder.bind(node),
      relation,
      this.#context,
      filter,
    );
  }

  /** Stars name columns, which must be keys or bounds. */
  #item(item: Item): Item {
    if (item.node !== null) return item;
    const { name } = this.#input.columns[item.column];
    const span = this.#input.window!.span;
    return { ...item, node: { kind: "column", parts: [{ kind: "identifier", name, quoted: true, span }], span } };
  }

  position(expression: Expression): number {
    const text = keyText(expression);
    const known = this.#projection.findIndex((each) => keyText(each) === text);
    return known >= 0 ? known : this.#projection.push(expression) - 1;
  }

  #collect(node: ast.Expression | null | undefined, found: Map<ast.Expression, number>): void {
    walk(node, (each) => {
      if (each.kind === "call" && isPlannedFunction(callName(each))) throw unsupported(callName(each), each.span);
      if (isOverCall(each)) throw unsupported("OVER in a grouped query", each.span, "put the grouping in a view");
      const bound = this.#boundOf(each);
      if (bound !== null) this.#used.add(bound);
      if (!isAggregateCall(each)) return true;
      const call = bindAggregate(each, this.#binder, this, "group");
      const text = JSON.stringify(call);
      const known = this.#calls.findIndex((other) => JSON.stringify(other) === text);
      found.set(each, known >= 0 ? known : this.#calls.push(call) - 1);
      return false;
    });
  }

  /** The bound of the window that a node means. */
  #boundOf(node: ast.Expression): WindowColumn | null {
    if (node.kind === "call" && auxiliary[callName(node)] !== undefined) {
      this.#checkAuxiliary(node);
      return auxiliary[callName(node)];
    }
    if (node.kind !== "column") return null;
    const last = node.parts.at(-1)!.name;
    return (windowColumnNames as readonly string[]).includes(last) ? windowColumnOf(node, this.#input) : null;
  }

  /** TUMBLE_START and the like must be of the window that is grouped by. */
  #checkAuxiliary(call: ast.CallExpression): void {
    const name = callName(call);
    const { specification, timeColumn, legacy } = this.#input.window!;
    if (!legacy)
      throw new SqlError("sql-invalid", `${name} goes with ${name.split("_")[0]} in GROUP BY`, call.span, { hint: `here it is the column ${auxiliary[name]}` });
    const [time, ...sizes] = call.arguments;
    const given = sizes.map((argument) => intervalMs(argument, `an argument of ${name}`));
    const wanted = specification.kind === "tumble" ? [specification.sizeMs] : [specification.slideMs, specification.sizeMs];
    const bound = time === undefined ? null : this.#binder.bind(time as ast.Expression);
    const same =
      bound?.kind === "column" && bound.index === timeColumn && String(given) === String(wanted) && name.startsWith(specification.kind.toUpperCase());
    if (!same)
      throw new SqlError("sql-invalid", `${name} is of another window than GROUP BY`, call.span, { hint: "give it the arguments that stand in GROUP BY" });
  }

  #node(timeColumn: number): Relation {
    const { builder } = this.#context;
    const input = this.#projection.map((expression, index): ScopeColumn => ({
      name: this.#keys[index]?.name ?? (expression.kind === "column" ? this.#input.columns[expression.index].name : `$${index}`),
      type: expression.type,
      qualifier: null,
    }));
    const below = builder.calc(this.#input.node, null, this.#projection, fieldsOf(input), timeColumn);
    const windowColumns = windowColumnNames.filter((name) => this.#used.has(name));
    const timeType = input[timeColumn].type;
    const groupBy = this.#keys.map(({ expression }) => this.position(expression));
    const columns: ScopeColumn[] = [
      ...groupBy.map((index) => input[index]),
      ...this.#calls.map((call, index) => ({ name: `$agg${index}`, type: call.type, qualifier: null })),
      ...windowColumns.map((name) => ({
        name,
        type: name === "window_time" ? { ...timeType, nullable: this.#input.window!.legacy } : timestampType(3, false),
        qualifier: null,
      })),
    ];
    const at = columns.findIndex(({ name }) => name === "window_time");
    const rowtime = at < 0 ? null : at;
    const { specification } = this.#input.window!;
    const label = `window:${this.#keys.map(({ name }) => name).join("+") || "all"}`;
    const node = builder.add(
      {
        kind: "window-aggregate",
        inputs: [below],
        schema: { fields: fieldsOf(columns) },
        rowtime,
        window: specification,
        timeColumn,
        groupBy,
        aggregates: this.#calls,
        windowColumns,
      },
      label,
    );
    return { node, columns, rowtime, window: null };
  }

  #replacement(node: ast.Expression, found: ReadonlyMap<ast.Expression, number>, relation: Relation): Expression | undefined {
    const call = found.get(node);
    if (call !== undefined) return columnOf(this.#keys.length + call, this.#calls[call].type);
    const bound = this.#boundOf(node);
    if (bound !== null) {
      const index = relation.columns.findIndex(({ name }) => name === bound);
      return columnOf(index, relation.columns[index].type);
    }
    const key = this.#keyOf(node);
    if (key >= 0) return columnOf(key, this.#keys[key].expression.type);
    if (node.kind !== "column") return undefined;
    throw this.#ungrouped(node);
  }

  /** The key that means the same: `t.a` is the key `a`, `upper(a)` the key `UPPER(t.a)`. */
  #keyOf(node: ast.Expression): number {
    if (node.kind.endsWith("-literal")) return -1;
    let bound: Expression;
    try {
      bound = this.#binder.bind(node);
    } catch (error) {
      // What holds aggregates or bounds of the window is no key itself.
      if (error instanceof SqlError && node.kind !== "column") return -1;
      throw error;
    }
    const text = keyText(bound);
    return this.#keys.findIndex((each) => each.text === text);
  }

  #ungrouped(node: ast.ColumnExpression): SqlError {
    return new SqlError("sql-invalid", `column ${node.parts.at(-1)!.name} is neither in GROUP BY nor in an aggregate`, node.span, {
      clause: "SELECT list",
      hint: "group by it, or take MAX, FIRST_VALUE or the like of it",
    });
  }
}

function keyText(expression: Expression): string {
  return JSON.stringify(expression, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}
