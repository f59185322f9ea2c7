import fc from "fast-check";
import type { AggregateModifiers, CallExpression } from "../../../src/sql/parse/ast/calls.ts";
import type { BinaryOperator, Expression } from "../../../src/sql/parse/ast/expressions.ts";
import type { Query } from "../../../src/sql/parse/ast/queries.ts";
import type { Identifier, Span } from "../../../src/sql/parse/ast/span.ts";
import type { TypeNode } from "../../../src/sql/parse/ast/types.ts";

const span: Span = { start: 0, end: 0 };
const name = fc.oneof(fc.constantFrom("a", "b", "Price", "select", "date", "we`ird", "with space", "é", "1x"), fc.string({ minLength: 1, maxLength: 6 }));
export const identifier: fc.Arbitrary<Identifier> = name.map((text) => ({ kind: "identifier", name: text, quoted: true, span }));
const flag = fc.boolean();
const modifiers: AggregateModifiers = { withinGroup: [], filter: undefined, over: undefined };

const literal: fc.Arbitrary<Expression> = fc.oneof(
  fc.constantFrom("0", "12", "9999999999999999999").map((text): Expression => ({ kind: "number-literal", text, form: "integer", span })),
  fc.constantFrom("1.5", ".5", "2.").map((text): Expression => ({ kind: "number-literal", text, form: "decimal", span })),
  fc.constantFrom("1E3", "1.5e-7").map((text): Expression => ({ kind: "number-literal", text, form: "approximate", span })),
  fc.string({ maxLength: 8 }).map((value): Expression => ({ kind: "string-literal", value, charset: undefined, span })),
  fc.constantFrom(true, false, null).map((value): Expression => ({ kind: "boolean-literal", value, span })),
  fc.constant<Expression>({ kind: "null-literal", span }),
  fc.constant<Expression>({ kind: "datetime-literal", type: "TIMESTAMP", text: "2024-02-29 01:02:03.456", span }),
  fc.record({ negative: flag, text: fc.constantFrom("1", "1.5", "-3") }).map(({ negative, text }): Expression => {
    const qualifier = { kind: "interval-qualifier", from: "SECOND", to: undefined, precision: undefined, fractionalPrecision: undefined, span } as const;
    return { kind: "interval-literal", negative, text, qualifier, span };
  }),
);

const leafType: fc.Arbitrary<TypeNode> = fc.record({ name: fc.constantFrom("INTEGER" as const, "STRING" as const, "DOUBLE" as const), nullable: flag }).map(
  ({ name: of, nullable }): TypeNode => ({ kind: "atomic-type", name: of, precision: undefined, scale: undefined, nullable, span }),
);
export const typeNode: fc.Arbitrary<TypeNode> = fc.letrec<{ type: TypeNode }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3 },
    leafType,
    fc.record({ element: tie("type"), nullable: flag }).map((rest): TypeNode => ({ kind: "array-type", ...rest, span })),
    fc.record({ key: tie("type"), value: tie("type"), nullable: flag }).map((rest): TypeNode => ({ kind: "map-type", ...rest, span })),
    fc.array(fc.record({ name: identifier, type: tie("type"), comment: fc.option(fc.string({ maxLength: 3 }), { nil: undefined }) }), { maxLength: 3 }).map(
      (fields): TypeNode => ({ kind: "row-type", fields: fields.map((field) => ({ kind: "row-type-field", ...field, span })), nullable: true, span }),
    ),
  ),
})).type;

const operators: readonly BinaryOperator[] = ["OR", "AND", "=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "||"];

function call(text: string, args: readonly Expression[], distinct: boolean): CallExpression {
  const part: Identifier = { kind: "identifier", name: text, quoted: false, span };
  return { kind: "call", name: { kind: "object-name", parts: [part], span }, arguments: args, star: false, distinct, orderBy: [], nullTreatment: undefined, modifiers, span };
}

/** Random expressions of nearly every kind, places left out. */
export const expression: fc.Arbitrary<Expression> = fc.letrec<{ tree: Expression; query: Query }>((tie) => {
  const tree = tie("tree");
  const some = fc.array(tree, { minLength: 1, maxLength: 3 });
  return {
    query: some.map((items): Query => {
      const select = {
        kind: "select", hints: [], distinct: false, from: undefined, where: undefined, groupBy: undefined, having: undefined, windows: [], qualify: undefined, span,
        items: items.map((item) => ({ kind: "select-expression" as const, expression: item, alias: undefined, span })),
      } as const;
      return { kind: "query", commonTables: [], body: select, orderBy: [], offset: undefined, limit: undefined, span };
    }),
    tree: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      literal,
      fc.array(identifier, { minLength: 1, maxLength: 3 }).map((parts): Expression => ({ kind: "column", parts, span })),
      fc.record({ operator: fc.constantFrom("-" as const, "+" as const, "NOT" as const), operand: tree }).map((rest): Expression => ({ kind: "unary", ...rest, span })),
      fc.record({ operator: fc.constantFrom(...operators), left: tree, right: tree }).map((rest): Expression => ({ kind: "binary", ...rest, span })),
      fc.record({ operand: tree, low: tree, high: tree, negated: flag, symmetric: flag }).map((rest): Expression => ({ kind: "between", ...rest, span })),
      fc
        .record({ operator: fc.constantFrom("LIKE" as const, "SIMILAR TO" as const), operand: tree, pattern: tree, escape: fc.option(tree, { nil: undefined }), negated: flag })
        .map((rest): Expression => ({ kind: "like", ...rest, span })),
      // One subquery alone in the list is the other form, IN (query).
      fc.record({ operand: tree, items: some.filter((items) => items.length > 1 || items[0].kind !== "subquery"), negated: flag }).map((rest): Expression => ({ kind: "in-list", ...rest, span })),
      fc.record({ operand: tree, query: tie("query"), negated: flag }).map((rest): Expression => ({ kind: "in-query", ...rest, span })),
      fc
        .record({ operand: tree, operator: fc.constantFrom("=" as const, "<" as const), quantifier: fc.constantFrom("ANY" as const, "ALL" as const), right: tie("query") })
        .map((rest): Expression => ({ kind: "quantified", ...rest, span })),
      fc
        .record({ operand: tree, test: fc.constantFrom("NULL" as const, "TRUE" as const, "JSON" as const, "JSON ARRAY" as const), negated: flag })
        .map((rest): Expression => ({ kind: "is", ...rest, span })),
      fc.record({ left: tree, right: tree, negated: flag }).map((rest): Expression => ({ kind: "is-distinct", ...rest, span })),
      tie("query").map((query): Expression => ({ kind: "exists", query, span })),
      tie("query").map((query): Expression => ({ kind: "subquery", query, span })),
      fc
        .record({ operand: fc.option(tree, { nil: undefined }), whens: fc.array(fc.tuple(tree, tree), { minLength: 1, maxLength: 2 }), otherwise: fc.option(tree, { nil: undefined }) })
        .map(({ operand, whens, otherwise }): Expression => {
          return { kind: "case", operand, branches: whens.map(([when, then]) => ({ kind: "case-branch", when, then, span })), otherwise, span };
        }),
      fc.record({ operand: tree, type: typeNode, safe: flag }).map((rest): Expression => ({ kind: "cast", ...rest, span })),
      some.map((items): Expression => ({ kind: "row", items, span })),
      some.map((items): Expression => ({ kind: "array", items, span })),
      fc.tuple(tree, tree).map(([key, value]): Expression => ({ kind: "map", entries: [{ kind: "map-entry", key, value, span }], span })),
      fc.record({ base: tree, index: tree }).map((rest): Expression => ({ kind: "subscript", ...rest, span })),
      fc.record({ base: tree, field: identifier }).map((rest): Expression => ({ kind: "field", ...rest, span })),
      fc.tuple(fc.constantFrom("f", "COUNT", "YEAR", "SUBSTRING"), some, flag).map(([of, args, distinct]): Expression => call(of, args, distinct && of === "COUNT")),
      fc.record({ unit: fc.constantFrom("DAY" as const, "DOW" as const), operand: tree }).map((rest): Expression => ({ kind: "extract", ...rest, span })),
      fc.record({ side: fc.constantFrom("BOTH" as const, "LEADING" as const), characters: fc.option(tree, { nil: undefined }), operand: tree }).map((rest): Expression => ({ kind: "trim", ...rest, span })),
      fc.tuple(tree, tree).map(([key, value]): Expression => ({ kind: "json-object", entries: [{ kind: "json-object-entry", key, value, span }], onNull: "ABSENT", span })),
    ),
  };
}).tree;
