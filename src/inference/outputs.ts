/**
 * Which part of a model's answer each declared output is.
 *
 * | declared | the file gives | takes |
 * | --- | --- | --- |
 * | any, by the name of an output tensor | a tensor of one column | that column |
 * | a number | one tensor of one column | that column |
 * | DOUBLE or FLOAT | scores of two classes | the score of the second, "yes" |
 * | BIGINT, INT, STRING, … | a classifier | its label |
 * | k of DOUBLE or FLOAT | a tensor of k columns | its columns in order |
 */
import { typeText, type DataType, type Field } from "../data/index.ts";
import { describeTensor, isFloating, numericTypes, type OutputColumn, type TensorInfo } from "./model.ts";

export interface OutputBinding {
  /** Position of the output tensor and of the column in it. */
  readonly tensor: number;
  readonly column: number;
  /** Turns the column of an answer into what the engine takes for the declared type. */
  readonly convert: (column: OutputColumn) => Float64Array | readonly unknown[];
}

/** Adds to `problems` what does not fit. */
export function bindOutputs(tensors: readonly TensorInfo[], declared: readonly Field[], problems: string[]): OutputBinding[] {
  const fractions = declared.filter((field) => isFraction(field.type));
  return declared.map((field) => {
    const place = placeOf(field, fractions, tensors);
    if (typeof place === "string") {
      problems.push(`output ${field.name} ${typeText(field.type, true)}: ${place}`);
      return { tensor: 0, column: 0, convert: (column) => column };
    }
    return { ...place, convert: converterOf(field.type) };
  });
}

type Place = { readonly tensor: number; readonly column: number };

function placeOf(field: Field, fractions: readonly Field[], tensors: readonly TensorInfo[]): Place | string {
  const named = tensors.findIndex((tensor) => tensor.name.toLowerCase() === field.name.toLowerCase());
  if (named >= 0) return chooseColumn(field, tensors, named, 0, 1);
  const candidates = tensors.flatMap((tensor, position) => (fits(field.type, tensor) ? [position] : []));
  if (candidates.length === 0) return `the file gives ${describeEach(tensors)}, none of which can become ${typeText(field.type, true)}`;
  if (isFraction(field.type)) {
    // Labels are whole numbers; a fraction is a score. A file without floating outputs gives its numbers as they are.
    const floating = candidates.filter((position) => isFloating(tensors[position].type));
    const [tensor] = floating.length > 0 ? floating : candidates;
    if (floating.length > 1) return `the file gives several tensors of numbers (${describeEach(tensors)}); declare it by the name of one`;
    return chooseColumn(field, tensors, tensor, fractions.indexOf(field), fractions.length);
  }
  const whole = candidates.find((position) => !isFloating(tensors[position].type));
  if (whole === undefined) return `the file gives ${describeEach(tensors)}, numbers with fractions; declare it DOUBLE`;
  return chooseColumn(field, tensors, whole, 0, 1);
}

function chooseColumn(field: Field, tensors: readonly TensorInfo[], tensor: number, index: number, wanted: number): Place | string {
  const info = tensors[tensor];
  if (!fits(field.type, info)) return `the file's output ${info.name} is ${describeTensor(info)}`;
  if (!isFraction(field.type) && isFloating(info.type))
    return `the file's output ${info.name} is ${describeTensor(info)}, numbers with fractions; declare it DOUBLE`;
  if (info.columns === null || info.columns === wanted) return { tensor, column: index };
  if (wanted === 1 && info.columns === 2) return { tensor, column: 1 };
  return `the file's output ${info.name} is ${describeTensor(info)}, ${info.columns} columns, but ${wanted} ${wanted === 1 ? "is" : "are"} declared`;
}

function fits(type: DataType, tensor: TensorInfo): boolean {
  if (type.kind === "char" || type.kind === "varchar") return tensor.type === "string" || tensor.type === "int64";
  return ["boolean", "tinyint", "smallint", "integer", "bigint", "float", "double"].includes(type.kind) && numericTypes.has(tensor.type);
}

function isFraction(type: DataType): boolean {
  return type.kind === "float" || type.kind === "double";
}

function converterOf(type: DataType): OutputBinding["convert"] {
  if (type.kind === "float") return (column) => Float64Array.from(column as Float64Array, Math.fround);
  if (type.kind === "boolean") return (column) => Array.from(column as Float64Array, (value) => value !== 0);
  if (type.kind === "char" || type.kind === "varchar") return (column) => (column instanceof Float64Array ? Array.from(column, String) : column);
  return (column) => column;
}

function describeEach(tensors: readonly TensorInfo[]): string {
  return tensors.map((tensor) => `${tensor.name} ${describeTensor(tensor)}`).join(", ");
}
