/**
 * Makes one calc of two that follow each other, takes away those that change nothing, and moves filters below ML_PREDICT,
 * so that rows nobody wants are not scored.
 */
import { sameType } from "../../../data/index.ts";
import type { Expression } from "../expression.ts";
import { isDeterministic } from "./accesses.ts";
import { collectColumns, column, countUsers, Graph, substitute, type Draft } from "./graph.ts";

type Calc = Extract<Draft, { kind: "calc" }>;

export function mergeCalcs(nodes: readonly Draft[]): Draft[] {
  const users = countUsers(nodes);
  const graph = new Graph();
  // Users of the nodes written so far: a calc that was taken in leaves its input to its user.
  const shared: boolean[] = [];
  nodes.forEach((node, id) => {
    const moved = { ...node, inputs: node.inputs.map((input) => graph.places[input]!) };
    let result: Draft = moved;
    if (moved.kind === "calc") {
      result = pushedBelowPredict(merged(moved, graph, shared), graph, shared);
      const [input] = result.inputs;
      if (result.kind === "calc" && changesNothing(result, graph.nodes[input])) {
        graph.places[id] = input;
        if (users[id] > 1) shared[input] = true;
        return;
      }
    }
    graph.places[id] = graph.add(result);
    shared[graph.places[id]!] = users[id] > 1;
  });
  return reachable(graph.nodes);
}

/** Only what some sink needs, and then without holes. */
export function reachable(nodes: readonly Draft[]): Draft[] {
  const needed = new Array<boolean>(nodes.length).fill(false);
  for (let id = nodes.length - 1; id >= 0; id--) {
    const { kind } = nodes[id];
    needed[id] ||= kind === "sink" || kind === "collect";
    if (needed[id]) for (const input of nodes[id].inputs) needed[input] = true;
  }
  const graph = new Graph();
  nodes.forEach((node, id) => needed[id] && graph.keep(id, node));
  return graph.nodes;
}

function merged(upper: Calc, graph: Graph, shared: readonly boolean[]): Calc {
  const [input] = upper.inputs;
  const lower = graph.nodes[input];
  if (lower.kind !== "calc" || !mayMerge(upper, lower, shared[input])) return upper;
  const by = (index: number): Expression => lower.projection[index];
  const filter = upper.filter === null ? null : substitute(upper.filter, by);
  const result: Calc = { ...upper, inputs: lower.inputs, filter: both(lower.filter, filter), projection: upper.projection.map((each) => substitute(each, by)) };
  return merged(result, graph, shared);
}

/** A lower calc with other users stays, unless it only passes columns on; nothing costly or random is computed twice. */
function mayMerge(upper: Calc, lower: Calc, isShared: boolean): boolean {
  const passes = lower.filter === null && lower.projection.every((each) => each.kind !== "call" || each.function === "FIELD");
  if (passes) return true;
  if (isShared) return false;
  const uses = new Array<number>(lower.projection.length).fill(0);
  for (const expression of [...(upper.filter === null ? [] : [upper.filter]), ...upper.projection]) collectColumns(expression, (index) => uses[index]++);
  return lower.projection.every((each, index) => each.kind !== "call" || uses[index] <= 1 || (isCheap(each) && isDeterministic(each)));
}

const cheap = new Set(["FIELD", "+", "-", "*", "=", "<>", "<", "<=", ">", ">=", "IS NULL", "IS NOT NULL", "NOT", "NEGATE"]);

/** A single step over columns and constants: cheaper again than kept. */
function isCheap(expression: Expression): boolean {
  return (
    expression.kind !== "call" ||
    (cheap.has(expression.function) && expression.arguments.every((argument) => argument.kind !== "call" || argument.function === "FIELD"))
  );
}

function both(left: Expression | null, right: Expression | null): Expression | null {
  if (left === null || right === null) return left ?? right;
  const parts = [left, right].flatMap((each) => conjuncts(each));
  return { kind: "call", function: "AND", type: { kind: "boolean", nullable: parts.some(({ type }) => type.nullable) }, arguments: parts };
}

function conjuncts(condition: Expression): readonly Expression[] {
  return condition.kind === "call" && condition.function === "AND" ? condition.arguments.flatMap(conjuncts) : [condition];
}

function changesNothing(calc: Calc, below: Draft): boolean {
  if (calc.filter !== null || calc.projection.length !== below.schema.fields.length || calc.rowtime !== below.rowtime) return false;
  return calc.projection.every((each, index) => {
    const field = below.schema.fields[index];
    return (
      each.kind === "column" && each.index === index && calc.schema.fields[index].name === field.name && sameType(calc.schema.fields[index].type, field.type)
    );
  });
}

/** Conditions over the input's columns alone move below a prediction that nobody else reads. */
function pushedBelowPredict(calc: Calc, graph: Graph, shared: readonly boolean[]): Calc {
  const [input] = calc.inputs;
  const predict = graph.nodes[input];
  if (predict.kind !== "predict" || shared[input] || calc.filter === null) return calc;
  const { schema } = graph.nodes[predict.inputs[0]];
  const width = schema.fields.length;
  const below = conjuncts(calc.filter).filter((condition) => isDeterministic(condition) && isWithin(condition, width));
  if (below.length === 0) return calc;
  const above = conjuncts(calc.filter).filter((condition) => !below.includes(condition));
  const passing: Calc = {
    kind: "calc",
    inputs: predict.inputs,
    schema,
    rowtime: graph.nodes[predict.inputs[0]].rowtime,
    filter: below.reduce((left, right) => both(left, right)!),
    projection: schema.fields.map(({ type }, index) => column(index, type)),
  };
  const filtered = graph.add(merged(passing, graph, shared));
  const moved = graph.add({ ...predict, inputs: [filtered] });
  return { ...calc, inputs: [moved], filter: above.length === 0 ? null : above.reduce((left, right) => both(left, right)!) };
}

function isWithin(expression: Expression, width: number): boolean {
  let within = true;
  collectColumns(expression, (index) => (within &&= index < width));
  return within;
}
