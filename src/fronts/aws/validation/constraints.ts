/** Second check of an input: required members, bounds, patterns and enumerations, with the texts of AWS's validator. */
import { AwsError } from "../errors.ts";
import type { ServiceModel, Shape } from "./model.ts";
import { base64Bytes } from "./types.ts";

/** AWS stops listing here. */
const problemsListed = 10;

/** Throws ValidationException with all problems found, in the order of the model's members. */
export function checkConstraints(model: ServiceModel, shapeName: string, input: Record<string, unknown>): void {
  const problems: string[] = [];
  checkStructure(model, model.shapes[shapeName]!, input, "", problems);
  if (problems.length > 0) throw validationError(problems.slice(0, problemsListed));
}

/** "N validation error(s) detected: …" of problems made by {@link problemText}. */
export function validationError(problems: readonly string[]): AwsError {
  return new AwsError("ValidationException", `${problems.length} validation error${problems.length > 1 ? "s" : ""} detected: ${problems.join("; ")}`);
}

/** One problem: the value as Java prints it, where it stands ("records.1.member.data"), and the constraint. */
export function problemText(value: string | null, path: string, constraint: string): string {
  return `Value ${value === null ? "null" : `'${value}'`} at '${path}' failed to satisfy constraint: ${constraint}`;
}

/** How AWS prints a blob of so many bytes. */
export function blobText(bytes: number): string {
  return `java.nio.HeapByteBuffer[pos=0 lim=${bytes} cap=${bytes}]`;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function checkStructure(model: ServiceModel, shape: Shape, value: Record<string, unknown>, path: string, problems: string[]): void {
  for (const name in shape.members) {
    if (problems.length >= problemsListed) return;
    const memberPath = path + lowerFirst(name);
    const member = value[name];
    if (member === undefined) {
      if (shape.required?.includes(name)) problems.push(problemText(null, memberPath, "Member must not be null"));
    } else checkValue(model, shape.members[name]!, member, memberPath, problems);
  }
}

function checkValue(model: ServiceModel, shapeName: string, value: unknown, path: string, problems: string[]): void {
  const shape = model.shapes[shapeName]!;
  for (const constraint of violations(shape, value)) problems.push(problemText(printed(model, shape, value), path, constraint));
  if (shape.type === "structure") checkStructure(model, shape, value as Record<string, unknown>, `${path}.`, problems);
  if (shape.type === "list") checkList(model, shape, value as unknown[], path, problems);
  if (shape.type === "map") checkMap(model, shape, value as Record<string, unknown>, path, problems);
}

function checkList(model: ServiceModel, shape: Shape, list: unknown[], path: string, problems: string[]): void {
  const member = model.shapes[shape.member!]!;
  if (member.type === "structure") {
    for (let index = 0; index < list.length && problems.length < problemsListed; index++) {
      checkStructure(model, member, (list[index] ?? {}) as Record<string, unknown>, `${path}.${index + 1}.member.`, problems);
    }
  } else if (list.some((value) => violations(member, value).length > 0)) {
    problems.push(problemText(printed(model, shape, list), path, `Member must satisfy constraint: [${constraintsOf(member)}]`));
  }
}

function checkMap(model: ServiceModel, shape: Shape, map: Record<string, unknown>, path: string, problems: string[]): void {
  const key = model.shapes[shape.key!]!;
  const value = model.shapes[shape.value!]!;
  if (Object.keys(map).some((name) => violations(key, name).length > 0)) {
    problems.push(problemText(printed(model, shape, map), path, `Map keys must satisfy constraint: [${constraintsOf(key)}]`));
  }
  if (Object.values(map).some((member) => violations(value, member).length > 0)) {
    problems.push(problemText(printed(model, shape, map), path, `Map value must satisfy constraint: [${constraintsOf(value)}]`));
  }
}

const patterns = new Map<string, RegExp>();

function wholePattern(pattern: string): RegExp {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) patterns.set(pattern, (compiled = new RegExp(`^(?:${pattern})$`, "u")));
  return compiled;
}

/** Pattern first, then the lower and the upper bound: the order of AWS's texts. */
function violations(shape: Shape, value: unknown): string[] {
  if (value === undefined) return [];
  const found: string[] = [];
  if (shape.pattern !== undefined && !wholePattern(shape.pattern).test(String(value))) found.push(patternText(shape.pattern));
  const measure = measureOf(shape, value);
  if (shape.min !== undefined && measure < shape.min) found.push(lowerText(shape));
  if (shape.max !== undefined && measure > shape.max) found.push(upperText(shape));
  if (shape.enum !== undefined && !shape.enum.includes(value as string)) found.push(`Member must satisfy enum value set: [${shape.enum.join(", ")}]`);
  return found;
}

function measureOf(shape: Shape, value: unknown): number {
  switch (shape.type) {
    case "string":
      return (value as string).length;
    case "blob":
      return base64Bytes(value as string);
    case "list":
      return (value as unknown[]).length;
    case "map":
      return Object.keys(value as object).length;
    default:
      return typeof value === "number" ? value : 0;
  }
}

function isNumeric(shape: Shape): boolean {
  return shape.type === "integer" || shape.type === "long" || shape.type === "double" || shape.type === "float";
}

function patternText(pattern: string): string {
  return `Member must satisfy regular expression pattern: ${pattern}`;
}

function lowerText(shape: Shape): string {
  return `Member must have ${isNumeric(shape) ? "value" : "length"} greater than or equal to ${shape.min}`;
}

function upperText(shape: Shape): string {
  return `Member must have ${isNumeric(shape) ? "value" : "length"} less than or equal to ${shape.max}`;
}

/** All constraints of a member, as AWS lists them in brackets when one of them fails. */
function constraintsOf(shape: Shape): string {
  const texts: string[] = [];
  if (shape.max !== undefined) texts.push(upperText(shape));
  if (shape.min !== undefined) texts.push(lowerText(shape));
  if (shape.pattern !== undefined) texts.push(patternText(shape.pattern));
  if (shape.enum !== undefined) texts.push(`Member must satisfy enum value set: [${shape.enum.join(", ")}]`);
  return texts.join(", ");
}

function printed(model: ServiceModel, shape: Shape, value: unknown): string {
  if (shape.type === "blob") return blobText(base64Bytes(value as string));
  if (shape.type === "list") {
    const structures = model.shapes[shape.member!]!.type === "structure";
    return `[${(value as unknown[]).map((member) => (structures ? shape.member : String(member))).join(", ")}]`;
  }
  if (shape.type === "map") {
    return `{${Object.entries(value as object)
      .map(([key, member]) => `${key}=${member}`)
      .join(", ")}}`;
  }
  return String(value);
}
