/**
 * Evaluates bound expressions one row at a time over scalars: exact for every value, and slow. The oracle of the
 * generated loops, and their fallback when a value leaves the range in which fast scalars are exact.
 */
import { HeadraceError } from "../../core/index.ts";
import { lookupFunction, type BoundCall } from "../../sql/functions/index.ts";
import type { CallExpression, Expression } from "../../sql/plan/expression.ts";

export type FunctionPlatform = NonNullable<BoundCall["platform"]>;

export type Evaluator = (row: readonly unknown[]) => unknown;

export function interpret(expression: Expression, timeZone: string, platform?: FunctionPlatform): Evaluator {
  switch (expression.kind) {
    case "literal": {
      const value = expression.value;
      return () => value;
    }
    case "column": {
      const index = expression.index;
      return (row) => row[index];
    }
    case "call":
      return interpretCall(expression, timeZone, platform);
  }
}

function interpretCall(expression: CallExpression, timeZone: string, platform?: FunctionPlatform): Evaluator {
  const values = expression.arguments.map((argument) => interpret(argument, timeZone, platform));
  const lazy = lazyForms[expression.function];
  if (lazy !== undefined) return lazy(values);
  const declaration = lookupFunction(expression.function);
  if (declaration?.kind !== "scalar") throw new HeadraceError("internal", `no scalar function ${expression.function}`);
  const call = boundCall(expression, timeZone, platform);
  const strict = declaration.nulls === "strict";
  return (row) => {
    const scalars: unknown[] = new Array(values.length);
    for (let index = 0; index < values.length; index++) {
      const value = values[index](row);
      if (strict && value === null) return null;
      scalars[index] = value;
    }
    return declaration.evaluate(scalars, call);
  };
}

export function boundCall(expression: CallExpression, timeZone: string, platform?: FunctionPlatform): BoundCall {
  const types = expression.arguments.map((argument) => argument.type);
  const call = { types, type: expression.type, timeZone, ...(platform === undefined ? {} : { platform }) };
  return expression.parameter === undefined ? call : { ...call, parameter: expression.parameter };
}

/** Forms whose arguments must not all be evaluated: the branch not taken may fail. */
const lazyForms: Record<string, (values: readonly Evaluator[]) => Evaluator> = {
  CASE: (values) => (row) => {
    for (let index = 0; index + 1 < values.length; index += 2) if (values[index](row) === true) return values[index + 1](row);
    return values.length % 2 === 1 ? values[values.length - 1](row) : null;
  },
  COALESCE: (values) => (row) => {
    for (const value of values) {
      const scalar = value(row);
      if (scalar !== null) return scalar;
    }
    return null;
  },
  AND: (values) => (row) => {
    let result: boolean | null = true;
    for (const value of values) {
      const scalar = value(row);
      if (scalar === false) return false;
      if (scalar === null) result = null;
    }
    return result;
  },
  OR: (values) => (row) => {
    let result: boolean | null = false;
    for (const value of values) {
      const scalar = value(row);
      if (scalar === true) return true;
      if (scalar === null) result = null;
    }
    return result;
  },
};
