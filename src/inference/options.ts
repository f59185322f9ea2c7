/** What a CREATE MODEL may say in WITH (…). */
import { parseOptions, type OptionDeclaration } from "../connector/index.ts";
import { HeadraceError } from "../core/index.ts";
import type { LoadOptions } from "./load.ts";

/** Options of provider 'onnx', for the parser and for reference pages. */
export const onnxOptions: readonly OptionDeclaration[] = [
  { name: "path", type: "text", summary: "the .onnx file, from the folder of the SQL file", required: true, example: "model/fraud.onnx" },
  { name: "batch-rows", type: "integer", summary: "Most rows of one run of a model that is no tree ensemble", default: "256", minimum: 1, maximum: 65_536 },
  {
    name: "batch-delay",
    type: "duration",
    summary: "How long such a run waits for more rows while a worker is free",
    default: "0 ms",
    minimum: 0,
    maximum: 10_000,
  },
  { name: "workers", type: "integer", summary: "Threads that run such a model, each with its own copy", default: "1", minimum: 1, maximum: 64 },
];

/** The part of a model's reference in a plan that is read here. */
export interface ModelDefinition {
  readonly name: string;
  readonly provider: string;
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Reads the options of a declared model.
 * @throws HeadraceError `invalid-option`, `unknown-option`
 */
export function modelOptions(model: ModelDefinition): Omit<LoadOptions, "platform"> {
  if (model.provider !== "onnx") {
    throw new HeadraceError("invalid-option", `model '${model.name}': there is no provider '${model.provider}'`, { hint: "providers: onnx" });
  }
  const given = Object.fromEntries(Object.entries(model.options).filter(([name]) => name !== "provider"));
  const values = parsed(model.name, () => parseOptions(onnxOptions, given, { connector: "onnx", table: model.name }));
  return {
    provider: "onnx",
    path: values.text("path"),
    batchRowsMax: values.number("batch-rows"),
    batchDelayMs: values.number("batch-delay"),
    workers: values.number("workers"),
  };
}

/** The parser speaks of tables and connectors; here they are models and providers. */
function parsed<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof HeadraceError)) throw error;
    const message = error.message.replace(`table '${name}'`, `model '${name}'`).replaceAll("connector 'onnx'", "provider 'onnx'");
    throw new HeadraceError(error.code, message, { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) });
  }
}
