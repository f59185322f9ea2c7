/** A tree ensemble as a model that answers at once. */
import type { Model, OutputColumn, OutputTensors } from "../model.ts";
import type { TreePlan } from "./recognise.ts";
import { logistic } from "./transform.ts";
import { gatherRow, type FeatureRow } from "./walker.ts";

export function treeModel(plan: TreePlan, file: { path: string; version: string }): Model {
  const { operator } = plan;
  const featureCount = operator.ensemble.featureCount;
  const row: FeatureRow = plan.isSingle ? new Float32Array(featureCount) : new Float64Array(featureCount);
  const scores = new Float64Array(operator.width);
  const order = plan.order.slice(0, featureCount);

  function predict(rows: number, features: readonly Float64Array[]): OutputTensors {
    const seen = order.map((position) => features[position]);
    const winners = new Int32Array(operator.labels === null ? 0 : rows);
    const columns = Array.from({ length: operator.width }, () => new Float64Array(rows));
    for (let index = 0; index < rows; index++) {
      gatherRow(seen, index, row);
      const winner = operator.score(row, scores);
      if (operator.labels !== null) winners[index] = winner;
      for (let column = 0; column < columns.length; column++) columns[column][index] = scores[column];
    }
    return plan.outputs.map((output) =>
      output.source === "label" ? [labelsOf(operator.labels ?? [], winners)] : output.hasSigmoid ? columns.map((column) => column.map(logistic)) : columns,
    );
  }

  return { ...file, kind: "trees", inputs: plan.inputs, outputs: plan.outputs, predict, close: () => Promise.resolve() };
}

function labelsOf(labels: readonly number[] | readonly string[], winners: Int32Array): OutputColumn {
  if (typeof labels[0] === "string") return Array.from(winners, (winner) => labels[winner] as string);
  return Float64Array.from(winners, (winner) => labels[winner] as number);
}
