/** Plan nodes to operators, sources and sinks, wired. */
import type { Sink } from "../../connector/index.ts";
import { HeadraceError } from "../../core/index.ts";
import type { Batch, Schema } from "../../data/index.ts";
import type { Plan, PlanNode, ScanNode, ValuesNode } from "../../sql/plan/plan.ts";
import type { Operator } from "../operator.ts";
import { CalcOperator } from "../operators/calc.ts";
import { PredictOperator } from "../operators/predict.ts";
import { UnionOperator } from "../operators/union.ts";
import { createOverOperator, createWindowAggregateOperator } from "../windows/index.ts";
import type { PipelineEnvironment } from "./environment.ts";
import { OperatorTask, type Edge, type Receiver, type TaskHost } from "./graph.ts";
import { CollectTask, SinkTask } from "./sink-task.ts";
import { SourceTask, type SourceHost } from "./source-task.ts";
import { WatermarkAssigner } from "./watermarks.ts";

export interface BuiltPipeline {
  readonly sources: SourceTask[];
  readonly values: { readonly node: ValuesNode; readonly edges: Edge[] }[];
  readonly assigners: WatermarkAssigner[];
  readonly operators: OperatorTask[];
  readonly sinks: SinkTask[];
  readonly collects: CollectTask[];
}

export async function buildPipeline(plan: Plan, environment: PipelineEnvironment, host: TaskHost & SourceHost): Promise<BuiltPipeline> {
  const built: BuiltPipeline = { sources: [], values: [], assigners: [], operators: [], sinks: [], collects: [] };
  const receivers: (Receiver | null)[] = [];
  const edgesOf: Edge[][] = [];
  for (const node of plan.nodes) {
    const inputs = node.inputs.map((input) => plan.nodes[input].schema);
    const made = await makeTask(node, inputs, environment, host, built, plan);
    receivers.push(made.receiver);
    edgesOf.push(made.edges);
    if (made.receiver !== null) node.inputs.forEach((input, position) => edgesOf[input].push({ receiver: made.receiver!, input: position }));
  }
  for (const node of plan.nodes) if (node.kind === "watermark") connectAssigner(node.id, plan, built);
  return built;
}

interface Made {
  readonly receiver: Receiver | null;
  readonly edges: Edge[];
}

async function makeTask(
  node: PlanNode,
  inputs: readonly Schema[],
  environment: PipelineEnvironment,
  host: TaskHost & SourceHost,
  built: BuiltPipeline,
  plan: Plan,
): Promise<Made> {
  switch (node.kind) {
    case "scan": {
      const task = new SourceTask(node, await environment.openSource(node), host, environment.settings.chunkBytes);
      built.sources.push(task);
      return { receiver: null, edges: task.edges };
    }
    case "values": {
      const task = { node, edges: [] };
      built.values.push(task);
      return { receiver: null, edges: task.edges };
    }
    case "watermark": {
      const assigner = new WatermarkAssigner(node, environment.settings.timeZone);
      built.assigners.push(assigner);
      return { receiver: new AssignerReceiver(assigner, () => currentSplit(plan, node.id, built)), edges: assigner.edges };
    }
    case "sink": {
      const sink: Sink = await environment.openSink(node, inputs[0]);
      const task = new SinkTask(node, sink, host);
      built.sinks.push(task);
      return { receiver: task, edges: [] };
    }
    case "collect": {
      const task = new CollectTask(node, environment.collect ?? (() => {}), environment.collectFull ?? (() => false));
      built.collects.push(task);
      return { receiver: task, edges: [] };
    }
    default: {
      const task = new OperatorTask(await makeOperator(node, inputs, environment), host);
      built.operators.push(task);
      return { receiver: task, edges: task.edges };
    }
  }
}

type OperatorNode = Exclude<PlanNode, { kind: "scan" | "values" | "watermark" | "sink" | "collect" }>;

async function makeOperator(node: OperatorNode, inputs: readonly Schema[], environment: PipelineEnvironment): Promise<Operator> {
  switch (node.kind) {
    case "calc":
      return new CalcOperator(node, inputs[0]);
    case "union":
      return new UnionOperator(node, inputs);
    case "over":
      return createOverOperator(node, inputs[0]);
    case "window-aggregate":
      return createWindowAggregateOperator(node, inputs[0]);
    case "predict":
      return new PredictOperator(node, inputs[0], await environment.openModel(node.model));
  }
}

/** Hands batches to the assigner under the split that is being read. */
class AssignerReceiver implements Receiver {
  readonly #assigner: WatermarkAssigner;
  readonly #split: () => string;
  constructor(assigner: WatermarkAssigner, split: () => string) {
    this.#assigner = assigner;
    this.#split = split;
  }
  batch(_input: number, batch: Batch): void {
    this.#assigner.push(this.#split(), batch);
  }
  watermark(_input: number, watermarkMs: number): void {
    if (watermarkMs === Infinity) this.#assigner.end();
  }
  get full(): boolean {
    return this.#assigner.edges.some((edge) => edge.receiver.full);
  }
  get idle(): boolean {
    return true;
  }
}

function scanBelow(plan: Plan, id: number): ScanNode {
  let node = plan.nodes[id];
  while (node.kind === "watermark" || node.kind === "calc") node = plan.nodes[node.inputs[0]];
  if (node.kind !== "scan") throw new HeadraceError("internal", `a watermark stands above ${node.kind}, not above a scan`);
  return node;
}

function connectAssigner(id: number, plan: Plan, built: BuiltPipeline): void {
  const scan = scanBelow(plan, id);
  const source = built.sources.find((task) => task.node === scan)!;
  if (source.assigner !== null) throw new HeadraceError("sql-unsupported", `table ${scan.table.name} has two watermarks`);
  source.assigner = built.assigners.find((assigner) => assigner.node.id === id)!;
}

function currentSplit(plan: Plan, id: number, built: BuiltPipeline): string {
  const scan = scanBelow(plan, id);
  return built.sources.find((task) => task.node === scan)!.currentSplit;
}
