/** A model bound to its declaration: what the engine calls. */
import { HeadraceError } from "../core/index.ts";
import { checkModel, type ModelDeclaration } from "./check.ts";
import type { Model, OutputTensors } from "./model.ts";

/** Columns by declared output: numbers with NaN for NULL, or scalars of the declared type. */
export type DeclaredOutputs = readonly (Float64Array | readonly unknown[])[];

export interface Predictor {
  /** First 16 hexadecimal digits of the file's SHA-256, for the log of decisions. */
  readonly version: string;
  /**
   * Scores `rows` rows. `features`: a column per declared input, NULL as NaN, longer than `rows` at times. Tree ensembles
   * answer at once, other models by a promise; its rejection is a HeadraceError `model-failed`.
   */
  predict(rows: number, features: readonly Float64Array[]): DeclaredOutputs | Promise<DeclaredOutputs>;
  close(): Promise<void>;
}

/** @throws HeadraceError `model-mismatch` */
export function bindModel(model: Model, declaration: ModelDeclaration): Predictor {
  const { order, outputs } = checkModel(model, declaration);
  const isInOrder = order.every((position, index) => position === index) && order.length === declaration.inputs.length;
  const pick = (tensors: OutputTensors): DeclaredOutputs =>
    outputs.map(({ tensor, column, convert }, index) => {
      const found = tensors[tensor]?.[column];
      if (found !== undefined) return convert(found);
      throw new HeadraceError(
        "model-failed",
        `model ${declaration.name} gave no value for output ${declaration.outputs[index].name}: ${model.outputs[tensor].name} has ${tensors[tensor].length} columns`,
      );
    });
  return {
    version: model.version,
    close: () => model.close(),
    predict(rows, features) {
      if (rows === 0) return outputs.map(() => new Float64Array(0));
      const answer = model.predict(rows, isInOrder ? features : order.map((position) => features[position]));
      return answer instanceof Promise ? answer.then(pick) : pick(answer);
    },
  };
}
