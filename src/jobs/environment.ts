/** What a pipeline's thread lends its pipeline: connectors by name, decoders, models, dead letters. */
import { join } from "node:path";
import { DeadLetterBuffer, ensureDeadLetterStream, parseOptions, type ConnectorContext, type ConnectorTable, type Sink } from "../connector/index.ts";
import { connectorDeclaration, DeadLetterFiles } from "../connectors/index.ts";
import type { Platform } from "../core/index.ts";
import type { Batch, Schema } from "../data/index.ts";
import type { OpenedSource, PipelineEnvironment, PredictModel } from "../engine/index.ts";
import type { RemoteLog } from "../log/index.ts";
import type { ModelReference, ScanNode, SinkNode, TableColumn, PlanTable } from "../sql/index.ts";
import { computedColumns } from "./column-use.ts";
import { createChunkDecoder } from "./decode.ts";
import type { RunAssignment } from "./job-run.ts";
import { openPredictModel } from "./model.ts";
import { resolvePath } from "./paths.ts";
import { deadLetterSettings, pipelineSettings } from "./settings.ts";

export interface EnvironmentOptions {
  readonly assignment: RunAssignment;
  readonly platform: Platform;
  readonly log: RemoteLog;
  collect?(batch: Batch): void;
  collectFull?(): boolean;
}

export interface JobEnvironment extends PipelineEnvironment {
  readonly deadLetters: DeadLetterBuffer;
  close(): Promise<void>;
}

export async function createEnvironment(options: EnvironmentOptions): Promise<JobEnvironment> {
  const { assignment, platform, log } = options;
  const { definition, compiled } = assignment;
  const settings = pipelineSettings(compiled.plan.configuration);
  const { path, memoryBytes } = deadLetterSettings(compiled.plan.configuration);
  const bufferOptions = { job: definition.name, clock: platform.clock, bytesMax: memoryBytes };
  const deadLetters = assignment.collects ? new CountedLetters(bufferOptions) : new DeadLetterBuffer(bufferOptions);
  if (!assignment.collects) await ensureDeadLetterStream(log);
  const files =
    path === null
      ? null
      : new DeadLetterFiles({ log, platform, directory: resolvePath(definition.baseDirectory, path), job: definition.name, failed: () => {} });
  const computed = computedColumns(compiled.plan);
  const models: { close(): Promise<void> }[] = [];
  const contextOf = (table: string): ConnectorContext => ({
    platform,
    log,
    deadLetters,
    baseDirectory: definition.baseDirectory,
    workDirectory: join(assignment.dataDirectory, "jobs", definition.name, table.replace(/[^a-zA-Z0-9_-]/g, "_")),
    scope: `${definition.name}/${table}`,
    awsEndpoint: assignment.awsEndpoint,
  });
  return {
    platform,
    log,
    job: definition.name,
    settings,
    deadLetters,
    ...(options.collect === undefined ? {} : { collect: options.collect, collectFull: options.collectFull! }),
    openSource: (scan) => openSource(scan, contextOf(scan.table.name), computed.get(scan.id) ?? new Set()),
    openSink: (sink, input) => openSink(sink, input, contextOf(sink.name)),
    async openModel(reference: ModelReference): Promise<PredictModel> {
      const model = await openPredictModel(reference, definition.baseDirectory, platform);
      models.push(model);
      return model;
    },
    async close() {
      await files?.close();
      for (const model of models) await model.close();
    },
  };
}

/** A query takes nothing away from its streams: what it cannot decode is counted and stays where it is. */
class CountedLetters extends DeadLetterBuffer {
  override take(): [] {
    super.take();
    return [];
  }
}

async function openSource(scan: ScanNode, context: ConnectorContext, computed: ReadonlySet<number>): Promise<OpenedSource> {
  const declaration = connectorDeclaration(scan.table.connector, scan.table.name);
  const options = parseOptions(declaration.options, scan.table.options, { connector: declaration.name, table: scan.table.name, role: "source" });
  const source = await declaration.source!(
    connectorTable(scan.table, options, (column) => column.kind === "physical"),
    context,
  );
  return { source, decode: createChunkDecoder(scan, options, computed) };
}

async function openSink(sink: SinkNode, input: Schema, context: ConnectorContext): Promise<Sink> {
  const declaration = connectorDeclaration(sink.table.connector, sink.table.name);
  const options = parseOptions(declaration.options, sink.table.options, { connector: declaration.name, table: sink.table.name, role: "sink" });
  const table = connectorTable(sink.table, options, isPersisted);
  return declaration.sink!(
    { ...table, schema: { fields: table.schema.fields.map((field, index) => ({ name: field.name, type: input.fields[index].type })) } },
    context,
  );
}

function isPersisted(column: TableColumn): boolean {
  return column.kind === "physical" || (column.kind === "metadata" && !column.virtual);
}

function connectorTable(table: PlanTable, options: ConnectorTable["options"], wanted: (column: TableColumn) => boolean): ConnectorTable {
  const fields = table.columns.filter(wanted).map(({ name, type }) => ({ name, type }));
  return { name: table.name, options, schema: { fields }, partitionedBy: table.partitionedBy, primaryKey: table.primaryKey };
}
