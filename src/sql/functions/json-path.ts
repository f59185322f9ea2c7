/** Paths of SQL/JSON: `[lax | strict] $.name['name'][index][*].*`, as Apache Flink reads them (strict unless told). */
import { isList, isObject, type Json } from "./json-text.ts";

export interface JsonPath {
  readonly strict: boolean;
  readonly steps: readonly Step[];
}

/** `null`: all elements or values. */
type Step = string | number | null;

/** What a path found: `error` where it leads nowhere or the text is no JSON. In lax mode that is `empty`. */
export type Found = { readonly kind: "value"; readonly value: Json } | { readonly kind: "empty" } | { readonly kind: "error"; readonly reason: string };

const step = /\.(?:([^\s.[\]()'"*?@$]+)|(\*))|\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+)|(\*))\s*\]/y;

/** The path of a text, or a sentence saying what is wrong with it. */
export function parsePath(text: string): JsonPath | string {
  const [, mode, specification] = /^\s*(?:(lax|strict)\s+)?([^]*?)\s*$/i.exec(text)!;
  if (!specification.startsWith("$")) return `expects a path that begins with $, such as '$.name', not '${text}'`;
  const steps: Step[] = [];
  step.lastIndex = 1;
  let at = 1;
  while (at < specification.length) {
    const match = step.exec(specification);
    if (match === null) return `expects a path of steps .name, ['name'], [index], [*] and .*, not '${specification.slice(at)}' in '${text}'`;
    const [, name, , single, double, index] = match;
    const quoted = single ?? double;
    steps.push(name ?? (quoted === undefined ? (index === undefined ? null : Number(index)) : quoted.replaceAll(/\\(.)/g, "$1")));
    at = step.lastIndex;
  }
  return { strict: mode?.toLowerCase() !== "lax", steps };
}

/** Follows a path from the root; `undefined` is a text that is no JSON. A path with * gives a list of all it finds. */
export function follow(root: Json | undefined, { strict, steps }: JsonPath): Found {
  const nothing = (reason: string): Found => (strict ? { kind: "error", reason } : { kind: "empty" });
  if (root === undefined) return nothing("the text is no JSON");
  let current: Json[] = [root];
  let many = false;
  for (const each of steps) {
    many ||= each === null;
    current = current.flatMap((value) => advance(value, each));
    if (current.length === 0 && !many) return nothing(`there is no ${typeof each === "number" ? `element ${each}` : `field ${each}`}`);
  }
  return { kind: "value", value: many ? current : current[0] };
}

function advance(value: Json, each: Step): readonly Json[] {
  if (each === null) return isList(value) ? value : isObject(value) ? [...value.values()] : [];
  if (typeof each === "number") {
    const index = isList(value) && each < 0 ? value.length + each : each;
    return isList(value) && index in value ? [value[index]] : [];
  }
  return isObject(value) && value.has(each) ? [value.get(each)!] : [];
}
