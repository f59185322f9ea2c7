/** Calls of declared functions: types resolved, arguments cast, constants folded. */
import { sameType, typeText, withNullable, type DataType } from "../../data/index.ts";
import { SqlError } from "../errors.ts";
import { functionNames, isPlannedFunction, lookupFunction, type BoundCall, type ScalarFunction } from "../functions/index.ts";
import { nearestOf } from "../nearest.ts";
import type { Span } from "../parse/ast.ts";
import type { CallExpression, Expression } from "../plan/expression.ts";

export function scalarFunction(name: string, span: Span): ScalarFunction {
  const found = lookupFunction(name);
  if (found?.kind === "scalar") return found;
  if (found?.kind === "aggregate")
    throw new SqlError("sql-invalid", `${found.name} is an aggregate and cannot stand here`, span, {
      hint: "aggregates stand in a SELECT list or HAVING, with GROUP BY or OVER",
    });
  throw unknownFunction(name, span);
}

/** For a name that nothing here is declared by. */
export function unknownFunction(name: string, span: Span): SqlError {
  if (isPlannedFunction(name)) return new SqlError("sql-unsupported", `${name.toUpperCase()} cannot be run yet`, span);
  const near = nearestOf(name, functionNames());
  return new SqlError("sql-invalid", `there is no function ${name}`, span, near === undefined ? {} : { hint: `did you mean ${near}?` });
}

/** @throws SqlError when the arguments do not fit. */
export function bindCall(name: string, args: readonly Expression[], span: Span, timeZone: string, parameter?: unknown): Expression {
  const declaration = scalarFunction(name, span);
  const types = args.map((argument) => argument.type);
  const literals = args.map((argument) => (argument.kind === "literal" ? argument.value : undefined));
  const resolved = declaration.resolve(parameter === undefined ? { types, literals } : { types, literals, parameter });
  if (typeof resolved === "string")
    throw new SqlError("sql-invalid", `${shownName(declaration.name)} ${resolved}`, span, { hint: `usage: ${declaration.documentation.usage}` });
  const cast = args.map((argument, index) => castTo(argument, resolved.parameters[Math.min(index, resolved.parameters.length - 1)], span, timeZone));
  return fold(
    { kind: "call", type: resolved.result, function: declaration.name, arguments: cast, ...(parameter === undefined ? {} : { parameter }) },
    declaration,
    timeZone,
  );
}

/** Operators in quotes, so that a message about - reads as one. */
function shownName(name: string): string {
  return /^[A-Z]/.test(name) ? (name === "NEGATE" ? "operator '-'" : name) : `operator '${name}'`;
}

/** The expression as this type; NULL keeps its own nullability. */
export function castTo(expression: Expression, type: DataType, span: Span, timeZone: string, safe = false): Expression {
  if (sameType(expression.type, type, true)) return expression;
  if (expression.type.kind === "null" || (expression.kind === "literal" && expression.value === null))
    return { kind: "literal", type: withNullable(type, true), value: null };
  const target = withNullable(type, expression.type.nullable);
  return bindCall(safe ? "TRY_CAST" : "CAST", [expression], span, timeZone, target);
}

function fold(call: CallExpression, declaration: ScalarFunction, timeZone: string): Expression {
  if (!declaration.deterministic || call.arguments.some((argument) => argument.kind !== "literal")) return call;
  const values = call.arguments.map((argument) => (argument as Extract<Expression, { kind: "literal" }>).value);
  const bound: BoundCall = {
    types: call.arguments.map((argument) => argument.type),
    type: call.type,
    timeZone,
    ...(call.parameter === undefined ? {} : { parameter: call.parameter }),
  };
  try {
    const value = declaration.nulls === "strict" && values.includes(null) ? null : declaration.evaluate(values, bound);
    return { kind: "literal", type: value === null ? withNullable(call.type, true) : call.type, value };
  } catch {
    // A constant that fails ends the job at the first row, as in Flink, and not the planning of rows that never come.
    return call;
  }
}

/** "amount DOUBLE" and the like, for messages. */
export function describeColumn(name: string, type: DataType): string {
  return `${name} ${typeText(type)}`;
}
