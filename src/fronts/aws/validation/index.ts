/** Inputs checked against the service's published model. */
import { checkConstraints } from "./constraints.ts";
import type { ServiceModel } from "./model.ts";
import { convertInput } from "./types.ts";

export { blobText, problemText, validationError } from "./constraints.ts";
export type { ServiceModel, Shape } from "./model.ts";
export { base64Bytes } from "./types.ts";

/**
 * The operation's input with only the members its model knows. Throws SerializationException for a wrong JSON type,
 * then ValidationException for broken constraints.
 */
export function validateInput(model: ServiceModel, operation: string, value: Record<string, unknown>): Record<string, unknown> {
  const shape = model.operations[operation];
  if (shape === null || shape === undefined) return {};
  const input = convertInput(model, shape, value);
  checkConstraints(model, shape, input);
  return input;
}
