/**
 * ML_PREDICT: scores whole batches. A model that answers at once is called in the loop; one that answers later holds this
 * operator (not the thread) until it does, so rows keep their order and no answer is in flight at a barrier.
 *
 * A model that fails beyond its own retries fails the pipeline: no row is passed on without its score.
 */
import { HeadraceError } from "../../core/index.ts";
import type { Batch, Column, DataType, Schema } from "../../data/index.ts";
import { columnFromScalars, layoutOf, readScalar } from "../../data/index.ts";
import type { ChangelogMode, PredictNode } from "../../sql/plan/plan.ts";
import type { ModelOutputs, PredictModel } from "../model.ts";
import type { Collector, Operator, OperatorStatistics, Outcome, State } from "../operator.ts";
import { RowCounts } from "./statistics.ts";

export class PredictOperator implements Operator {
  readonly name: string;
  readonly inputs: readonly Schema[];
  readonly output: Schema;
  readonly changelog: ChangelogMode = "append";
  readonly states: readonly State[] = [];
  readonly #node: PredictNode;
  readonly #model: PredictModel;
  readonly #counts = new RowCounts();
  #answered: Batch | null = null;
  #failure: unknown = null;

  constructor(node: PredictNode, input: Schema, model: PredictModel) {
    this.#node = node;
    this.#model = model;
    this.name = node.name;
    this.inputs = [input];
    this.output = node.schema;
  }

  open(): void {}

  push(_input: number, batch: Batch, output: Collector): Outcome {
    this.#counts.rowsIn += batch.length;
    const features = this.#node.features.map((index) => featureColumn(batch, index));
    const answer = this.#model.predict(batch.length, features);
    if (!(answer instanceof Promise)) {
      this.#emit(batch, answer, output);
      return "done";
    }
    return answer.then(
      (outputs) => {
        this.#answered = this.#result(batch, outputs);
      },
      (error: unknown) => {
        this.#failure = error;
      },
    );
  }

  resume(output: Collector): Outcome {
    if (this.#failure !== null) {
      const cause = this.#failure;
      this.#failure = null;
      throw cause instanceof HeadraceError
        ? cause
        : new HeadraceError("model-failed", `model ${this.#node.model.name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
    if (this.#answered !== null) {
      const batch = this.#answered;
      this.#answered = null;
      this.#counts.rowsOut += batch.length;
      output.push(batch);
    }
    return "done";
  }

  watermark(): Outcome {
    return "done";
  }

  statistics(): OperatorStatistics {
    return this.#counts.statistics(0, 0, []);
  }

  close(): void {}

  #emit(batch: Batch, outputs: ModelOutputs, output: Collector): void {
    this.#counts.rowsOut += batch.length;
    output.push(this.#result(batch, outputs));
  }

  #result(batch: Batch, outputs: ModelOutputs): Batch {
    const declared = this.#node.model.outputs;
    const columns = declared.map((field, index) => outputColumn(field.type, outputs[index], batch.length));
    return { schema: this.output, length: batch.length, columns: [...batch.columns, ...columns], changes: batch.changes };
  }
}

/** Any numeric or BOOLEAN column as numbers, NULL as NaN. DECIMAL is scaled back. */
export function featureColumn(batch: Batch, index: number): Float64Array {
  const column = batch.columns[index];
  const type = batch.schema.fields[index].type;
  if (column.layout === "double" && column.nulls === null && type.kind !== "decimal") return column.values;
  const values = new Float64Array(batch.length);
  const scale = type.kind === "decimal" ? 10 ** type.scale : 1;
  for (let row = 0; row < batch.length; row++) {
    if (column.nulls !== null && column.nulls[row] === 1) values[row] = NaN;
    else if (column.layout === "int" || column.layout === "double" || column.layout === "byte") values[row] = column.values[row] / scale;
    else values[row] = Number(readScalar(column, type, row)) / scale;
  }
  return values;
}

function outputColumn(type: DataType, output: Float64Array | readonly unknown[] | undefined, rows: number): Column {
  if (output === undefined) throw new HeadraceError("model-failed", "the model answered with fewer outputs than it declares");
  if (!(output instanceof Float64Array)) return columnFromScalars(type, output.slice(0, rows));
  const nulls = nullsOfNaN(output, rows);
  if (layoutOf(type) === "double" && type.kind !== "decimal") return { layout: "double", values: output, nulls };
  if (layoutOf(type) === "int") return { layout: "int", values: Int32Array.from(output.subarray(0, rows)), nulls };
  throw new HeadraceError("model-mismatch", `a number from the model cannot become ${type.kind.toUpperCase()}`);
}

function nullsOfNaN(values: Float64Array, rows: number): Uint8Array | null {
  let nulls: Uint8Array | null = null;
  for (let row = 0; row < rows; row++) if (values[row] !== values[row]) (nulls ??= new Uint8Array(rows))[row] = 1;
  return nulls;
}
