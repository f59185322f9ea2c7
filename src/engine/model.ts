/** A model as the engine sees it: columns of numbers in, columns out. Loaded and checked by whoever builds the pipeline. */
export interface PredictModel {
  /** What was loaded, for the log of decisions: a short hash of the file. */
  readonly version: string;
  /**
   * Scores `rows` rows. `features`: one column per declared input, in order, NULL as NaN; read-only and longer than `rows`
   * at times. Answers one column per declared output. A rejected promise or a thrown error means the model failed for these rows.
   */
  predict(rows: number, features: readonly Float64Array[]): ModelOutputs | Promise<ModelOutputs>;
}

/** Numbers (NaN stands for NULL), or scalars of the declared type. */
export type ModelOutputs = readonly (Float64Array | readonly unknown[])[];
