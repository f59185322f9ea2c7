/** ML_PREDICT(TABLE t, MODEL m, DESCRIPTOR(columns)[, MAP[options]]) (FLIP-525). */
import { typeText } from "../../data/index.ts";
import { objectName, type CatalogModel } from "../catalog.ts";
import { SqlError } from "../errors.ts";
import { isCharacter, isNumeric } from "../functions/index.ts";
import { nearestOf } from "../nearest.ts";
import type * as ast from "../parse/ast.ts";
import { fieldsOf, type PlanContext, type Relation } from "./relation.ts";
import { argumentsOf, planTableArgument, required } from "./window-functions.ts";
import { materialised } from "./window-columns.ts";

export function planPredict(node: ast.TableFunction, context: PlanContext): Relation {
  const found = argumentsOf(node, ["INPUT", "MODEL", "ARGS", "CONFIG"]);
  const input = materialised(planTableArgument(required(found, "INPUT", "table-argument", node), context), context);
  const modelArgument = required(found, "MODEL", "model-argument", node);
  const model = findModel(modelArgument, context);
  const descriptor = required(found, "ARGS", "descriptor", node);
  const features = featuresOf(descriptor, input, model);
  const { builder } = context;
  const columns = [...input.columns, ...model.outputs.map(({ name, type }) => ({ name, type, qualifier: null }))];
  const { provider = "", ...options } = model.options;
  const reference = { name: model.name, provider, inputs: model.inputs, outputs: model.outputs, options };
  const id = builder.add(
    {
      kind: "predict",
      inputs: [input.node],
      schema: { fields: fieldsOf(columns) },
      rowtime: input.rowtime,
      model: reference,
      features,
      options: configOf(found.get("CONFIG")),
    },
    `predict:${model.name}`,
  );
  return { node: id, columns, rowtime: input.rowtime, window: null };
}

function findModel(argument: ast.ModelArgument, context: PlanContext): CatalogModel {
  const name = objectName(argument.name);
  const model = context.catalog.model(name);
  if (model !== undefined) return model;
  const known = context.catalog.objects().flatMap((object) => (object.kind === "model" ? [object.name] : []));
  const near = nearestOf(name, known);
  throw new SqlError("sql-invalid", `there is no model ${name}`, argument.span, {
    hint: near === undefined ? `models: ${known.join(", ") || "none yet"}` : `did you mean ${near}?`,
  });
}

function featuresOf(descriptor: ast.DescriptorArgument, input: Relation, model: CatalogModel): number[] {
  if (descriptor.columns.length !== model.inputs.length) {
    throw new SqlError(
      "sql-invalid",
      `model ${model.name} takes ${model.inputs.length} columns (${model.inputs.map(({ name }) => name).join(", ")}), DESCRIPTOR names ${descriptor.columns.length}`,
      descriptor.span,
    );
  }
  return descriptor.columns.map((identifier, position) => {
    const index = input.columns.findIndex(({ name }) => name === identifier.name);
    if (index < 0) {
      const near = nearestOf(
        identifier.name,
        input.columns.map(({ name }) => name),
      );
      throw new SqlError(
        "sql-invalid",
        `there is no column ${identifier.name} in the table of ML_PREDICT`,
        identifier.span,
        near === undefined ? {} : { hint: `did you mean ${near}?` },
      );
    }
    const given = input.columns[index].type;
    const wanted = model.inputs[position];
    const fits =
      (isNumeric(given) || given.kind === "boolean") === (isNumeric(wanted.type) || wanted.type.kind === "boolean") &&
      isCharacter(given) === isCharacter(wanted.type);
    if (!fits)
      throw new SqlError(
        "sql-invalid",
        `model ${model.name} takes ${wanted.name} ${typeText(wanted.type, true)}, but column ${identifier.name} is ${typeText(given, true)}`,
        identifier.span,
      );
    return index;
  });
}

/** MAP['key', 'value', …] of texts. */
function configOf(argument: ast.Argument | undefined): Record<string, string> {
  if (argument === undefined) return {};
  if (argument.kind !== "map")
    throw new SqlError("sql-invalid", "the options of ML_PREDICT are a MAP of texts", argument.span, { hint: "MAP['async', 'true']" });
  return Object.fromEntries(
    argument.entries.map(({ key, value, span }) => {
      if (key.kind !== "string-literal" || value.kind !== "string-literal") throw new SqlError("sql-invalid", "the options of ML_PREDICT are texts", span);
      return [key.value, value.value];
    }),
  );
}
