/** Holds a model file against its declaration: which column feeds what, and where each declared output comes from. */
import { HeadraceError } from "../core/index.ts";
import { typeText, type DataType, type Field } from "../data/index.ts";
import { describeTensor, isFloating, numericTypes, type Model, type TensorInfo } from "./model.ts";
import { bindOutputs, type OutputBinding } from "./outputs.ts";

/** CREATE MODEL name INPUT (…) OUTPUT (…). */
export interface ModelDeclaration {
  readonly name: string;
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
}

export interface ModelBinding {
  /** For each column of the file's inputs, the position of the declared input that feeds it. */
  readonly order: readonly number[];
  /** One per declared output. */
  readonly outputs: readonly OutputBinding[];
}

/** What is needed to compare: a loaded model, or the description of one. */
export type ModelShape = Pick<Model, "path" | "inputs" | "outputs">;

/**
 * A file has either one tensor [N, k] for the k declared inputs in their order, or a tensor of one column for each of them,
 * found by name (without regard to case), or else by position.
 * @throws HeadraceError `model-mismatch` that names both sides
 */
export function checkModel(model: ModelShape, declaration: ModelDeclaration): ModelBinding {
  const problems: string[] = [];
  const order = bindInputs(model, declaration, problems);
  const outputs = bindOutputs(model.outputs, declaration.outputs, problems);
  if (problems.length === 0) return { order, outputs };
  throw new HeadraceError("model-mismatch", `model ${declaration.name} does not fit its file ${model.path}: ${problems.join("; ")}`, {
    hint: `the file takes ${describeAll(model.inputs)} and gives ${describeAll(model.outputs)}`,
  });
}

function bindInputs(model: ModelShape, declaration: ModelDeclaration, problems: string[]): number[] {
  for (const field of declaration.inputs) if (!isNumeric(field.type)) problems.push(`input ${describeField(field)} is no number; encode it in the query`);
  for (const tensor of model.inputs)
    if (!numericTypes.has(tensor.type)) problems.push(`the file's input ${tensor.name} is ${describeTensor(tensor)}, which a column of numbers cannot feed`);
  if (problems.length > 0) return [];
  return model.inputs.length === 1 ? bindMatrix(model.inputs[0], declaration, problems) : bindScalars(model.inputs, declaration, problems);
}

function bindMatrix(tensor: TensorInfo, { name, inputs }: ModelDeclaration, problems: string[]): number[] {
  if (tensor.columns !== null && tensor.columns !== inputs.length) {
    const extra = inputs.slice(tensor.columns).map(describeField);
    const detail = extra.length > 0 ? `; too many: ${extra.join(", ")}` : "";
    problems.push(
      `the file's input ${tensor.name} is ${describeTensor(tensor)}, ${count(tensor.columns, "column")}, but CREATE MODEL ${name} declares ${inputs.length}${detail}`,
    );
  }
  for (const field of inputs) checkFits(field, tensor, problems);
  return inputs.map((_, position) => position);
}

function bindScalars(tensors: readonly TensorInfo[], { name, inputs }: ModelDeclaration, problems: string[]): number[] {
  const byName = new Map(inputs.map((field, position) => [field.name.toLowerCase(), position]));
  const named = tensors.filter((tensor) => byName.has(tensor.name.toLowerCase())).length;
  // Exporters that number their inputs ("input_1") give no names to go by.
  const isPositional = named === 0 && tensors.length === inputs.length;
  const order = tensors.map((tensor, position) => {
    if (tensor.columns !== null && tensor.columns !== 1)
      problems.push(`the file's input ${tensor.name} is ${describeTensor(tensor)}; with ${tensors.length} inputs each must have one column`);
    const found = isPositional ? position : byName.get(tensor.name.toLowerCase());
    if (found === undefined) problems.push(`the file's input ${tensor.name} (${describeTensor(tensor)}) is not declared by CREATE MODEL ${name}`);
    else checkFits(inputs[found], tensor, problems);
    return found ?? -1;
  });
  for (const [position, field] of inputs.entries()) if (!order.includes(position)) problems.push(`input ${describeField(field)} is not in the file`);
  return order;
}

function checkFits(field: Field, tensor: TensorInfo, problems: string[]): void {
  if (isFloating(tensor.type) || !isFractional(field.type)) return;
  problems.push(`input ${describeField(field)} has fractions, but the file's input ${tensor.name} is ${tensor.type}; declare it BIGINT`);
}

function isNumeric(type: DataType): boolean {
  return ["boolean", "tinyint", "smallint", "integer", "bigint", "float", "double", "decimal"].includes(type.kind);
}

function isFractional(type: DataType): boolean {
  return type.kind === "float" || type.kind === "double" || (type.kind === "decimal" && type.scale > 0);
}

export function describeField(field: Field): string {
  return `${field.name} ${typeText(field.type, true)}`;
}

function describeAll(tensors: readonly TensorInfo[]): string {
  return tensors.map((tensor) => `${tensor.name} ${describeTensor(tensor)}`).join(", ");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
