/** AND, OR, NOT in three-valued logic; CASE, COALESCE. Engines short-cut the lazy ones, whose bodies here serve folding. */
import { withNullable, type DataType } from "../../data/index.ts";
import { booleanType, documented } from "./declare.ts";
import type { CallTypes, ResolvedSignature, ScalarFunction } from "./function.ts";
import { anyNullable, commonType, listTypes } from "./type-rules.ts";

function resolveLogical({ types }: CallTypes): ResolvedSignature | string {
  const wrong = types.findIndex((type) => type.kind !== "boolean" && type.kind !== "null");
  if (wrong >= 0) return `expects a BOOLEAN as argument ${wrong + 1}, not ${listTypes([types[wrong]])}`;
  return {
    parameters: types.map((type) => withNullable(booleanType, type.nullable || type.kind === "null")),
    result: withNullable(booleanType, anyNullable(types)),
  };
}

function connective(name: "AND" | "OR", deciding: boolean, summary: string, expression: string, result: string): ScalarFunction {
  return {
    kind: "scalar",
    name,
    documentation: documented("logical", `a ${name} b`, summary, expression, result),
    resolve: resolveLogical,
    nulls: "custom",
    deterministic: true,
    evaluate: (values) => (values.includes(deciding) ? deciding : values.includes(null) ? null : !deciding),
    emit: (values) =>
      `(${values.map((value) => `${value} === ${deciding}`).join(" || ")} ? ${deciding} : ${values.map((value) => `${value} === null`).join(" || ")} ? null : ${!deciding})`,
  };
}

const not: ScalarFunction = {
  kind: "scalar",
  name: "NOT",
  documentation: documented("logical", "NOT condition", "The opposite; NULL stays NULL.", "NOT (1 > 2)", "TRUE"),
  resolve: (call) => (call.types.length === 1 ? resolveLogical(call) : `expects 1 argument, not ${call.types.length}`),
  nulls: "strict",
  deterministic: true,
  evaluate: ([value]) => value !== true,
  emit: ([value]) => `(!${value})`,
};

/** Values of CASE: every second argument, and the last. */
function resolveCase({ types }: CallTypes): ResolvedSignature | string {
  const values = types.filter((_, index) => index % 2 === 1 || index === types.length - 1);
  const common = commonType(values);
  if (common === undefined) return `has results of types that do not fit together: ${listTypes(values)}`;
  const wrong = types.findIndex((type, index) => index % 2 === 0 && index < types.length - 1 && type.kind !== "boolean" && type.kind !== "null");
  if (wrong >= 0) return `expects a BOOLEAN after WHEN, not ${listTypes([types[wrong]])}`;
  const parameters = types.map((type, index): DataType =>
    index % 2 === 1 || index === types.length - 1
      ? withNullable(common, type.nullable || type.kind === "null")
      : withNullable(booleanType, type.nullable || type.kind === "null"),
  );
  return { parameters, result: common };
}

const caseForm: ScalarFunction = {
  kind: "scalar",
  name: "CASE",
  documentation: documented(
    "conditional",
    "CASE WHEN condition THEN value … [ELSE value] END",
    "The value of the first condition that is TRUE, else that of ELSE, else NULL. Also CASE operand WHEN value …, IF(condition, a, b), and NULLIF(a, b), which is NULL when both are equal and else a.",
    "CASE WHEN 1 > 2 THEN 'no' ELSE 'yes' END",
    "yes",
  ),
  resolve: resolveCase,
  nulls: "custom",
  deterministic: true,
  evaluate: (values) => {
    for (let index = 0; index + 1 < values.length; index += 2) if (values[index] === true) return values[index + 1];
    return values.length % 2 === 1 ? values[values.length - 1] : null;
  },
  emit: (values) => {
    let text = values.length % 2 === 1 ? values[values.length - 1] : "null";
    for (let index = values.length - (values.length % 2) - 2; index >= 0; index -= 2) text = `(${values[index]} === true ? ${values[index + 1]} : ${text})`;
    return text;
  },
};

const coalesce: ScalarFunction = {
  kind: "scalar",
  name: "COALESCE",
  documentation: documented(
    "conditional",
    "COALESCE(a, b, …)",
    "The first value that is not NULL. IFNULL(a, b) is the same with two.",
    "COALESCE(NULLIF(1, 1), 7)",
    "7",
  ),
  resolve: ({ types }) => {
    if (types.length === 0) return "expects 1 or more arguments, not 0";
    const common = commonType(types);
    if (common === undefined) return `has values of types that do not fit together: ${listTypes(types)}`;
    const parameters = types.map((type) => withNullable(common, type.nullable || type.kind === "null"));
    return {
      parameters,
      result: withNullable(
        common,
        types.every((type) => type.nullable),
      ),
    };
  },
  nulls: "custom",
  deterministic: true,
  evaluate: (values) => values.find((value) => value !== null) ?? null,
  emit: (values) => `(${values.join(" ?? ")})`,
};

export const logicFunctions: readonly ScalarFunction[] = [
  connective("AND", false, "TRUE when both are; FALSE when one is FALSE, even beside NULL.", "1 = 1 AND 1 = 2", "FALSE"),
  connective("OR", true, "TRUE when one is TRUE, even beside NULL; FALSE when both are FALSE.", "1 = 1 OR 1 = 2", "TRUE"),
  not,
  caseForm,
  coalesce,
];
