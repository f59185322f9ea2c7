/**
 * Leaves out columns that nobody reads, down to the scans, where a nested field becomes a path that decoders read by
 * itself. A node with several users keeps what any of them reads, so sharing stays.
 */
import type { DataType, Field } from "../../../data/index.ts";
import type { AggregateCall, Expression } from "../expression.ts";
import type { CalcNode, OverNode, PlanNode, ScanField, UnionNode, WindowAggregateNode } from "../plan.ts";
import { Accesses, addAccesses, chainOf, fieldOf, Located, type Access } from "./accesses.ts";
import { reachable } from "./calcs.ts";
import { column, Graph, type Draft } from "./graph.ts";

type DraftOf<Kind extends PlanNode["kind"]> = Extract<Draft, { kind: Kind }>;

export function prune(input: readonly Draft[]): Draft[] {
  const nodes = reachable(withoutIdleWatermarks(input));
  const read = readsOf(nodes);
  const pruner = new Pruner(nodes, read);
  for (let id = 0; id < nodes.length; id++) pruner.rebuild(id);
  return pruner.graph.nodes;
}

/**
 * Takes away watermarks that no window waits for and whose time nobody reads: then a stateless query decodes only what
 * it shows. A watermark whose time is read stays, for a NULL there ends the job.
 */
function withoutIdleWatermarks(nodes: readonly Draft[]): Draft[] {
  const reads = readsOf(nodes);
  const isTimed = new Array<boolean>(nodes.length).fill(false);
  for (let id = nodes.length - 1; id >= 0; id--) {
    const { kind, inputs } = nodes[id];
    if (isTimed[id] || kind === "over" || kind === "window-aggregate") for (const input of inputs) isTimed[input] = true;
  }
  const graph = new Graph();
  nodes.forEach((node, id) => {
    const isRead = reads[id]?.list().some(({ column: index }) => index === node.rowtime) ?? false;
    if (node.kind === "watermark" && !isTimed[id] && !isRead) graph.places[id] = graph.places[node.inputs[0]];
    else
      graph.keep(
        id,
        node.kind === "calc" && node.rowtime !== null && graph.nodes[graph.places[node.inputs[0]]!].rowtime === null ? { ...node, rowtime: null } : node,
      );
  });
  return graph.nodes;
}

/** What is read of each node; undefined where nobody needs it. */
function readsOf(nodes: readonly Draft[]): (Accesses | undefined)[] {
  const reads: (Accesses | undefined)[] = new Array(nodes.length);
  for (let id = nodes.length - 1; id >= 0; id--) {
    const node = nodes[id];
    const isRoot = node.kind === "sink" || node.kind === "collect";
    if (reads[id] === undefined && !isRoot) continue;
    const wanted = reads[id]?.list() ?? [];
    for (const input of node.inputs) {
      const below = (reads[input] ??= new Accesses());
      readInput(node, wanted, nodes[input].schema.fields.length, below);
      if (below.list().length === 0 && nodes[input].schema.fields.length > 0) below.add(0);
    }
  }
  return reads;
}

function readInput(node: Draft, wanted: readonly Access[], width: number, below: Accesses): void {
  switch (node.kind) {
    case "sink":
    case "collect":
      for (let index = 0; index < width; index++) below.add(index);
      break;
    case "calc":
      if (node.filter !== null) addAccesses(node.filter, below);
      for (const { column: index, path } of wanted) {
        const chain = chainOf(node.projection[index]);
        if (chain === null) addAccesses(node.projection[index], below);
        else below.add(chain.column, [...chain.path, ...path]);
      }
      break;
    case "union":
      for (const { column: index, path } of wanted) below.add(index, path);
      break;
    case "window-aggregate":
      below.add(node.timeColumn);
      for (const index of node.groupBy) below.add(index);
      for (const { column: index } of wanted) if (index >= node.groupBy.length) addAggregate(node.aggregates[index - node.groupBy.length], below);
      break;
    default:
      for (const { column: index, path } of wanted) if (index < width) below.add(index, path);
      readPassing(node, wanted, width, below);
  }
}

/** Nodes that hand their input through. */
function readPassing(node: Draft, wanted: readonly Access[], width: number, below: Accesses): void {
  if (node.kind === "watermark") {
    addAccesses(node.expression, below);
    if (node.rowtime !== null) below.add(node.rowtime);
  } else if (node.kind === "over") {
    // Without an aggregate that somebody reads the node goes, and with it what it needed.
    if (!wanted.some(({ column: index }) => index >= width)) return;
    below.add(node.orderBy);
    for (const index of node.partitionBy) below.add(index);
    const aggregates = node.windows.flatMap((window) => window.aggregates);
    for (const { column: index } of wanted) if (index >= width) addAggregate(aggregates[index - width], below);
  } else if (node.kind === "predict") for (const index of node.features) below.add(index);
}

function addAggregate(aggregate: AggregateCall | undefined, below: Accesses): void {
  if (aggregate === undefined) return;
  for (const argument of aggregate.arguments) below.add(argument);
  if (aggregate.filter !== null) below.add(aggregate.filter);
}

class Pruner {
  readonly graph = new Graph();
  readonly #nodes: readonly Draft[];
  readonly #reads: readonly (Accesses | undefined)[];
  readonly #located: Located[] = [];

  constructor(nodes: readonly Draft[], reads: readonly (Accesses | undefined)[]) {
    this.#nodes = nodes;
    this.#reads = reads;
  }

  rebuild(id: number): void {
    const node = this.#nodes[id];
    const wanted = this.#reads[id]?.list();
    const located = new Located();
    this.#located[id] = located;
    if (wanted === undefined && node.kind !== "sink" && node.kind !== "collect") return;
    this.graph.places[id] = this.#rebuilt(node, wanted ?? [], located);
  }

  #rebuilt(node: Draft, wanted: readonly Access[], located: Located): number {
    switch (node.kind) {
      case "scan":
        return this.#scan(node, wanted, located);
      case "values":
        node.schema.fields.forEach((_, index) => located.set(index, [], index));
        return this.graph.add(node);
      case "calc":
        return this.#calc(node, wanted, located);
      case "union":
        return this.#union(node, wanted, located);
      case "over":
        return this.#over(node, wanted, located);
      case "window-aggregate":
        return this.#windowAggregate(node, wanted, located);
      case "sink":
      case "collect":
        return this.graph.add({
          ...node,
          inputs: [
            this.#exactly(
              node.inputs[0],
              this.#nodes[node.inputs[0]].schema.fields.map((_, index) => ({ column: index, path: [] })),
            ),
          ],
        });
      case "watermark":
      case "predict":
        return this.#passing(node, located);
    }
  }

  #scan(node: DraftOf<"scan">, wanted: readonly Access[], located: Located): number {
    const chosen = wanted.map((access, place) => {
      located.set(access.column, access.path, place);
      return scanField(node, access);
    });
    return this.graph.add({ ...node, schema: { fields: chosen.map(({ field }) => field) }, fields: chosen.map(({ scanned }) => scanned) });
  }

  #calc(node: DraftOf<"calc">, wanted: readonly Access[], located: Located): number {
    const below = this.#located[node.inputs[0]];
    const projection: Expression[] = [];
    const fields: Field[] = [];
    for (const access of wanted) {
      const expression = fieldOf(node.projection[access.column], access.path);
      located.set(access.column, access.path, projection.length);
      projection.push(below.rewrite(expression));
      fields.push({ name: pathName(node.schema.fields[access.column], access.path), type: expression.type });
    }
    const draft: DraftOf<"calc"> = {
      ...node,
      schema: { fields },
      rowtime: placeOf(node.rowtime, located),
      projection,
      filter: node.filter === null ? null : below.rewrite(node.filter),
    };
    return this.graph.add({ ...draft, inputs: this.#inputs(node) } satisfies Omit<CalcNode, "id" | "name">);
  }

  #union(node: DraftOf<"union">, wanted: readonly Access[], located: Located): number {
    const inputs = node.inputs.map((input) => this.#exactly(input, wanted));
    wanted.forEach(({ column: index, path }, place) => located.set(index, path, place));
    const fields = wanted.map(({ column: index, path }) => ({
      name: pathName(node.schema.fields[index], path),
      type: fieldOf(column(index, node.schema.fields[index].type), path).type,
    }));
    return this.graph.add({ ...node, inputs, schema: { fields }, rowtime: placeOf(node.rowtime, located) } satisfies Omit<UnionNode, "id" | "name">);
  }

  #over(node: DraftOf<"over">, wanted: readonly Access[], located: Located): number {
    const [input] = node.inputs;
    const width = this.#nodes[input].schema.fields.length;
    const below = this.#located[input];
    const used = new Set(wanted.map(({ column: index }) => index));
    located.inherit(below);
    const fields = [...this.graph.nodes[this.graph.places[input]!].schema.fields];
    let position = width;
    const windows = node.windows.map((window) => {
      const aggregates = window.aggregates.filter((aggregate) => {
        const index = position++;
        if (!used.has(index)) return false;
        located.set(index, [], fields.length);
        fields.push({ name: node.schema.fields[index].name, type: aggregate.type });
        return true;
      });
      return { ...window, aggregates: aggregates.map((aggregate) => moved(aggregate, below)) };
    });
    const kept = windows.filter((window) => window.aggregates.length > 0);
    if (kept.length === 0) return this.graph.places[input]!;
    const draft = {
      ...node,
      inputs: this.#inputs(node),
      schema: { fields },
      rowtime: placeOf(node.rowtime, located),
      partitionBy: node.partitionBy.map((index) => below.get(index)),
      orderBy: below.get(node.orderBy),
      windows: kept,
    };
    return this.graph.add(draft satisfies Omit<OverNode, "id" | "name">);
  }

  #windowAggregate(node: DraftOf<"window-aggregate">, wanted: readonly Access[], located: Located): number {
    const below = this.#located[node.inputs[0]];
    const used = new Set(wanted.map(({ column: index }) => index));
    const fields: Field[] = [];
    const keep = (index: number): void => {
      located.set(index, [], fields.length);
      fields.push(node.schema.fields[index]);
    };
    node.groupBy.forEach((_, index) => keep(index));
    const firstAggregate = node.groupBy.length;
    const aggregates = node.aggregates.filter((_, index) => used.has(firstAggregate + index));
    node.aggregates.forEach((_, index) => used.has(firstAggregate + index) && keep(firstAggregate + index));
    const firstWindow = firstAggregate + node.aggregates.length;
    const windowColumns = node.windowColumns.filter((_, index) => used.has(firstWindow + index));
    node.windowColumns.forEach((_, index) => used.has(firstWindow + index) && keep(firstWindow + index));
    const draft = {
      ...node,
      inputs: this.#inputs(node),
      schema: { fields },
      rowtime: placeOf(node.rowtime, located),
      timeColumn: below.get(node.timeColumn),
      groupBy: node.groupBy.map((index) => below.get(index)),
      aggregates: aggregates.map((aggregate) => moved(aggregate, below)),
      windowColumns,
    };
    return this.graph.add(draft satisfies Omit<WindowAggregateNode, "id" | "name">);
  }

  #passing(node: DraftOf<"watermark"> | DraftOf<"predict">, located: Located): number {
    const [input] = node.inputs;
    const below = this.#located[input];
    located.inherit(below);
    const passed = this.graph.nodes[this.graph.places[input]!].schema.fields;
    const width = this.#nodes[input].schema.fields.length;
    const own = node.schema.fields.slice(width);
    own.forEach((_, index) => located.set(width + index, [], passed.length + index));
    const moves = { inputs: this.#inputs(node), schema: { fields: [...passed, ...own] }, rowtime: placeOf(node.rowtime, located) };
    if (node.kind === "watermark") return this.graph.add({ ...node, ...moves, expression: below.rewrite(node.expression) });
    return this.graph.add({ ...node, ...moves, features: node.features.map((index) => below.get(index)) });
  }

  /** The new position of an input, behind a projection where its columns are not exactly these. */
  #exactly(input: number, wanted: readonly Access[]): number {
    const place = this.graph.places[input]!;
    const { schema, rowtime } = this.graph.nodes[place];
    const old = this.#nodes[input];
    const located = this.#located[input];
    const projection = wanted.map(({ column: index, path }) => located.rewrite(fieldOf(column(index, old.schema.fields[index].type), path)));
    if (projection.length === schema.fields.length && projection.every((each, index) => each.kind === "column" && each.index === index)) return place;
    const fields = wanted.map(({ column: index, path }, at) => ({ name: pathName(old.schema.fields[index], path), type: projection[at].type }));
    const time = projection.findIndex((each) => each.kind === "column" && each.index === rowtime);
    return this.graph.add({ kind: "calc", inputs: [place], schema: { fields }, rowtime: rowtime === null || time < 0 ? null : time, filter: null, projection });
  }

  #inputs(node: Draft): number[] {
    return node.inputs.map((input) => this.graph.places[input]!);
  }
}

function placeOf(old: number | null, located: Located): number | null {
  return old !== null && located.has(old) ? located.get(old) : null;
}

function moved(aggregate: AggregateCall, located: Located): AggregateCall {
  return {
    ...aggregate,
    arguments: aggregate.arguments.map((index) => located.get(index)),
    filter: aggregate.filter === null ? null : located.get(aggregate.filter),
  };
}

function pathName(field: Field, path: readonly number[]): string {
  return [field.name, ...fieldNames(field.type, path)].join(".");
}

function scanField(node: DraftOf<"scan">, { column: index, path }: Access): { field: Field; scanned: ScanField } {
  const declared = node.fields[index];
  const field = node.schema.fields[index];
  if (declared.kind === "metadata" || path.length === 0) return { field, scanned: declared };
  const { type } = fieldOf(column(index, field.type), path);
  return { field: { name: pathName(field, path), type }, scanned: { kind: "physical", path: [...declared.path, ...fieldNames(field.type, path)], type } };
}

function fieldNames(type: DataType, path: readonly number[]): string[] {
  const names: string[] = [];
  let current = type;
  for (const position of path) {
    const inner = (current as DataType & { kind: "row"; fields: readonly Field[] }).fields[position];
    names.push(inner.name);
    current = inner.type;
  }
  return names;
}
