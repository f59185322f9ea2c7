/** The door of the room. */
export { checkModel, type ModelBinding, type ModelDeclaration, type ModelShape } from "./check.ts";
export { loadModel, type LoadOptions } from "./load.ts";
export type { Model, OutputColumn, OutputTensors, TensorInfo } from "./model.ts";
export { modelOptions, onnxOptions, type ModelDefinition } from "./options.ts";
export { bindModel, type DeclaredOutputs, type Predictor } from "./predictor.ts";
