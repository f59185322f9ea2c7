/**
 * Leaves out what nobody reads: nodes that no sink needs, columns that no node above uses, down to the fields that a scan
 * decodes. `FIELD` of a scanned ROW becomes a field path of the scan, so nested values are read from the bytes directly.
 */
import type { Field } from "../../data/index.ts";
import { columnOf } from "./builder.ts";
import type { Expression } from "./expression.ts";
import type { CalcNode, PlanNode, ScanField, ScanNode } from "./plan.ts";

type Mapping = readonly number[];

export function pruned(nodes: readonly PlanNode[], sinks: readonly number[]): { nodes: PlanNode[]; sinks: number[] } {
  const narrowed = readNested(nodes);
  const needed = neededColumns(narrowed, sinks);
  const result: PlanNode[] = [];
  const ids = new Map<number, number>();
  const mappings = new Map<number, Mapping>();
  const push = (node: PlanNode): number => result.push({ ...node, id: result.length } as PlanNode) - 1;
  for (const node of narrowed) {
    const columns = needed.get(node.id);
    if (columns === undefined) continue;
    const inputs = node.inputs.map((input) => ids.get(input)!);
    const maps = node.inputs.map((input) => mappings.get(input)!);
    const { rewritten, mapping } = rewrite(node, columns, inputs, maps, result, push);
    ids.set(node.id, push(rewritten));
    mappings.set(node.id, mapping);
  }
  return { nodes: result, sinks: sinks.map((sink) => ids.get(sink)!) };
}

// ---- what is needed ----

function neededColumns(nodes: readonly PlanNode[], sinks: readonly number[]): Map<number, Set<number>> {
  const needed = new Map<number, Set<number>>();
  const need = (id: number, columns: Iterable<number>): void => {
    let set = needed.get(id);
    if (set === undefined) needed.set(id, (set = new Set()));
    for (const column of columns) set.add(column);
  };
  for (const sink of sinks) need(sink, nodes[sink].schema.fields.keys());
  for (let id = nodes.length - 1; id >= 0; id--) {
    const own = needed.get(id);
    if (own === undefined) continue;
    const node = nodes[id];
    if (node.rowtime !== null) own.add(node.rowtime);
    node.inputs.forEach((input) => need(input, inputNeeds(node, own, nodes[input].schema.fields.length)));
  }
  return needed;
}

function inputNeeds(node: PlanNode, own: ReadonlySet<number>, inputWidth: number): Iterable<number> {
  const columns = new Set<number>();
  const passed = (): void => {
    for (const column of own) if (column < inputWidth) columns.add(column);
  };
  switch (node.kind) {
    case "calc":
      if (node.filter !== null) collect(node.filter, columns);
      for (const column of own) collect(node.projection[column], columns);
      break;
    case "watermark":
      passed();
      collect(node.expression, columns);
      if (node.rowtime !== null) columns.add(node.rowtime);
      break;
    case "over":
      passed();
      for (const column of [...node.partitionBy, node.orderBy]) columns.add(column);
      for (const { aggregates } of node.windows) for (const call of aggregates) for (const column of [...call.arguments, ...(call.filter === null ? [] : [call.filter])]) columns.add(column);
      break;
    case "window-aggregate":
      for (const column of [...node.groupBy, node.timeColumn]) columns.add(column);
      for (const call of node.aggregates) for (const column of [...call.arguments, ...(call.filter === null ? [] : [call.filter])]) columns.add(column);
      break;
    case "predict":
      passed();
      for (const column of node.features) columns.add(column);
      break;
    default:
      passed();
  }
  return columns;
}

function collect(expression: Expression, columns: Set<number>): void {
  if (expression.kind === "column") columns.add(expression.index);
  else if (expression.kind === "call") for (const argument of expression.arguments) collect(argument, columns);
}

// ---- rewriting ----

function remapped(expression: Expression, map: Mapping): Expression {
  if (expression.kind === "column") return { ...expression, index: map[expression.index] };
  if (expression.kind === "literal") return expression;
  return { ...expression, arguments: expression.arguments.map((argument) => remapped(argument, map)) };
}

/** Old position → new, for the kept ones. */
function mappingOf(kept: readonly number[], width: number): number[] {
  const map = new Array<number>(width).fill(-1);
  kept.forEach((column, index) => (map[column] = index));
  return map;
}

interface Rewritten {
  readonly rewritten: PlanNode;
  readonly mapping: Mapping;
}

function rewrite(node: PlanNode, needed: ReadonlySet<number>, inputs: readonly number[], maps: readonly Mapping[], done: readonly PlanNode[], push: (node: PlanNode) => number): Rewritten {
  const width = node.schema.fields.length;
  const kept = [...needed].sort((left, right) => left - right);
  const choose = (): { fields: Field[]; mapping: number[] } => ({ fields: kept.map((column) => node.schema.fields[column]), mapping: mappingOf(kept, width) });
  switch (node.kind) {
    case "scan": {
      const { fields, mapping } = choose();
      return { rewritten: { ...node, inputs, schema: { fields }, fields: kept.map((column) => node.fields[column]) }, mapping };
    }
    case "values": {
      const { fields, mapping } = choose();
      return { rewritten: { ...node, schema: { fields }, rows: node.rows.map((row) => kept.map((column) => row[column])) }, mapping };
    }
    case "calc": {
      const { fields, mapping } = choose();
      const projection = kept.map((column) => remapped(node.projection[column], maps[0]));
      return { rewritten: { ...node, inputs, schema: { fields }, rowtime: at(node.rowtime, mapping), filter: node.filter === null ? null : remapped(node.filter, maps[0]), projection }, mapping };
    }
    case "union":
      return rewriteUnion(node, kept, inputs, maps, done, push);
    case "watermark": {
      const { fields, mapping } = passing(node, maps[0], done[inputs[0]], []);
      return { rewritten: { ...node, inputs, schema: { fields }, rowtime: at(node.rowtime, mapping), expression: remapped(node.expression, maps[0]) }, mapping };
    }
    default:
      return rewriteStateful(node, inputs, maps, done);
  }
}

/** Nodes that hand their input's columns through and add their own behind. */
function passing(node: PlanNode, map: Mapping, input: PlanNode, added: readonly Field[]): { fields: Field[]; mapping: number[] } {
  const inputWidth = input.schema.fields.length;
  const mapping = [...map, ...added.map((_, index) => inputWidth + index)];
  // Names of the node itself: a calc in between may have renamed what it hands through.
  const fields = input.schema.fields.map((field, index) => node.schema.fields[mapping.indexOf(index)] ?? field);
  return { fields: [...fields, ...added], mapping };
}

function at(column: number | null, mapping: Mapping): number | null {
  return column === null ? null : mapping[column];
}

function rewriteStateful(node: Exclude<PlanNode, { kind: "scan" | "values" | "calc" | "union" | "watermark" }>, inputs: readonly number[], maps: readonly Mapping[], done: readonly PlanNode[]): Rewritten {
  const [map] = maps;
  const input = done[inputs[0]];
  const calls = <Call extends { readonly arguments: readonly number[]; readonly filter: number | null }>(list: readonly Call[]): Call[] =>
    list.map((call) => ({ ...call, arguments: call.arguments.map((column) => map[column]), filter: at(call.filter, map) }));
  switch (node.kind) {
    case "over": {
      const { fields, mapping } = passing(node, map, input, node.schema.fields.slice(map.length));
      const windows = node.windows.map((window) => ({ ...window, aggregates: calls(window.aggregates) }));
      return { rewritten: { ...node, inputs, schema: { fields }, rowtime: at(node.rowtime, mapping), partitionBy: node.partitionBy.map((column) => map[column]), orderBy: map[node.orderBy], windows }, mapping };
    }
    case "predict": {
      const { fields, mapping } = passing(node, map, input, node.schema.fields.slice(map.length));
      return { rewritten: { ...node, inputs, schema: { fields }, rowtime: at(node.rowtime, mapping), features: node.features.map((column) => map[column]) }, mapping };
    }
    case "window-aggregate": {
      const rewritten = { ...node, inputs, timeColumn: map[node.timeColumn], groupBy: node.groupBy.map((column) => map[column]), aggregates: calls(node.aggregates) };
      return { rewritten, mapping: [...node.schema.fields.keys()] };
    }
    case "sink":
    case "collect":
      return { rewritten: { ...node, inputs }, mapping: [...node.schema.fields.keys()] };
  }
}

/** Inputs of a union must look alike: those that kept other columns get a calc. */
function rewriteUnion(node: Extract<PlanNode, { kind: "union" }>, kept: readonly number[], inputs: readonly number[], maps: readonly Mapping[], done: readonly PlanNode[], push: (node: PlanNode) => number): Rewritten {
  const fields = kept.map((column) => node.schema.fields[column]);
  const mapping = mappingOf(kept, node.schema.fields.length);
  const aligned = inputs.map((input, position) => {
    const columns = kept.map((column) => maps[position][column]);
    const below = done[input];
    if (columns.length === below.schema.fields.length && columns.every((column, index) => column === index)) return input;
    const projection = columns.map((column, index) => columnOf(column, fields[index].type));
    return push({ kind: "calc", id: 0, name: `align:${below.name}`, inputs: [input], schema: { fields }, rowtime: at(node.rowtime, mapping), filter: null, projection });
  });
  return { rewritten: { ...node, inputs: aligned, schema: { fields }, rowtime: at(node.rowtime, mapping) }, mapping };
}

// ---- nested fields ----

/** Calcs right above a scan read ROW fields as columns of the scan. */
function readNested(nodes: readonly PlanNode[]): PlanNode[] {
  const result = [...nodes];
  for (const scan of nodes) {
    if (scan.kind !== "scan") continue;
    const users = nodes.filter((node) => node.inputs.includes(scan.id));
    const calcs = users.filter((node): node is CalcNode => node.kind === "calc");
    if (calcs.length !== users.length || calcs.length === 0) continue;
    const widened = new WidenedScan(scan);
    for (const calc of calcs) {
      const replace = (expression: Expression): Expression => widened.replaced(expression);
      result[calc.id] = { ...calc, filter: calc.filter === null ? null : replace(calc.filter), projection: calc.projection.map(replace) };
    }
    result[scan.id] = widened.node();
  }
  return result;
}

class WidenedScan {
  readonly #scan: ScanNode;
  readonly #added: { readonly path: readonly string[]; readonly field: ScanField; readonly name: string }[] = [];

  constructor(scan: ScanNode) {
    this.#scan = scan;
  }

  replaced(expression: Expression): Expression {
    if (expression.kind !== "call") return expression;
    const path = this.#pathOf(expression);
    if (path !== null) return this.#column(path, expression);
    return { ...expression, arguments: expression.arguments.map((argument) => this.replaced(argument)) };
  }

  /** ["bid", "price"] of FIELD(bid, price); null for anything else. */
  #pathOf(expression: Expression): string[] | null {
    if (expression.kind === "column") {
      const field = this.#scan.fields[expression.index];
      return field?.kind === "physical" ? [...field.path] : null;
    }
    if (expression.kind !== "call" || expression.function !== "FIELD") return null;
    const [base] = expression.arguments;
    const path = this.#pathOf(base);
    if (path === null || base.type.kind !== "row") return null;
    return [...path, base.type.fields[expression.parameter as number].name];
  }

  #column(path: readonly string[], expression: Extract<Expression, { kind: "call" }>): Expression {
    const name = path.join(".");
    let position = this.#added.findIndex((added) => added.name === name);
    if (position < 0) position = this.#added.push({ path, name, field: { kind: "physical", path, type: { ...expression.type, nullable: true } } }) - 1;
    return columnOf(this.#scan.fields.length + position, expression.type);
  }

  node(): ScanNode {
    const added = this.#added.map(({ name, field }) => ({ name, type: field.type }));
    return { ...this.#scan, fields: [...this.#scan.fields, ...this.#added.map(({ field }) => field)], schema: { fields: [...this.#scan.schema.fields, ...added] } };
  }
}

