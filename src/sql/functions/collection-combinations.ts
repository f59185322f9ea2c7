/** Arrays and maps made of others. */
import { HeadraceError } from "../../core/index.ts";
import { stringType, typeText, withNullable, type DataType } from "../../data/index.ts";
import { documented, intType } from "./declare.ts";
import type { CallTypes, ResolvedSignature, ScalarFunction } from "./function.ts";
import { anyNullable, commonType, isCharacter, isInteger, listTypes } from "./type-rules.ts";
import { equalScalars } from "./values.ts";

type ArrayOf = DataType & { kind: "array"; element: DataType };
type MapOf = DataType & { kind: "map"; key: DataType; value: DataType };
type Body = ScalarFunction["evaluate"];

function strict(
  name: string,
  usage: string,
  summary: string,
  example: readonly [string, string],
  resolve: (call: CallTypes) => ResolvedSignature | string,
  evaluate: Body,
): ScalarFunction {
  return {
    kind: "scalar",
    name,
    documentation: documented("collection", usage, summary, example[0], example[1]),
    resolve,
    nulls: "strict",
    deterministic: true,
    evaluate,
  };
}

/** All arguments become arrays of the same element type, which is the result's. */
function alike(kind: "array" | "map", count: number | null): (call: CallTypes) => ResolvedSignature | string {
  const noun = kind.toUpperCase();
  return ({ types }) => {
    if (types.length === 0 || (count !== null && types.length !== count)) return `expects ${count ?? "1 or more"} arguments, not ${types.length}`;
    const wrong = types.findIndex((type) => type.kind !== kind);
    if (wrong >= 0) return `expects ${kind === "array" ? "an" : "a"} ${noun} as argument ${wrong + 1}, not ${typeText(types[wrong], true)}`;
    const common = commonType(types);
    if (common === undefined) return `has ${noun}s of types that do not fit together: ${listTypes(types)}`;
    return { parameters: types.map((type) => withNullable(common, type.nullable)), result: withNullable(common, anyNullable(types)) };
  };
}

function unique(values: readonly unknown[], type: DataType): unknown[] {
  const { element } = type as ArrayOf;
  return values.filter((value, index) => values.findIndex((other) => equalScalars(other, value, element)) === index);
}

function holds(array: unknown, value: unknown, type: DataType): boolean {
  return (array as readonly unknown[]).some((item) => equalScalars(item, value, (type as ArrayOf).element));
}

function resolvePrepend({ types }: CallTypes): ResolvedSignature | string {
  const [array, value] = types;
  if (types.length !== 2) return `expects 2 arguments, not ${types.length}`;
  if (array.kind !== "array") return `expects an ARRAY as argument 1, not ${typeText(array, true)}`;
  const element = commonType([(array as ArrayOf).element, value]);
  if (element === undefined) return `expects a value that fits ${typeText(array, true)} as argument 2, not ${typeText(value, true)}`;
  return { parameters: [{ ...array, element }, withNullable(element, value.nullable)], result: { kind: "array", element, nullable: array.nullable } };
}

function resolveSlice({ types }: CallTypes): ResolvedSignature | string {
  const [array, ...offsets] = types;
  if (types.length < 2 || types.length > 3) return `expects 2 to 3 arguments, not ${types.length}`;
  if (array.kind !== "array") return `expects an ARRAY as argument 1, not ${typeText(array, true)}`;
  const wrong = offsets.find((type) => !isInteger(type) && type.kind !== "null");
  if (wrong !== undefined) return `expects integers after the array, not ${typeText(wrong, true)}`;
  return { parameters: [array, ...offsets.map((type) => withNullable(intType, type.nullable))], result: withNullable(array, anyNullable(types)) };
}

/** Positions from 1 or, negative, from the end; both ends belong to the slice. */
function slice([array, start, end]: readonly unknown[]): unknown[] {
  const values = array as readonly unknown[];
  const place = (offset: number): number => (offset < 0 ? values.length + offset + 1 : offset);
  const from = place(start as number);
  const to = end === undefined ? values.length : place(end as number);
  return values.slice(Math.max(from, 1) - 1, Math.max(to, 0));
}

function resolveJoin({ types }: CallTypes): ResolvedSignature | string {
  const [array, ...texts] = types;
  if (types.length < 2 || types.length > 3) return `expects 2 to 3 arguments, not ${types.length}`;
  const element = array.kind === "array" ? (array as ArrayOf).element : null;
  if (element === null || (!isCharacter(element) && element.kind !== "null"))
    return `expects an ARRAY of character strings as argument 1, not ${typeText(array, true)}`;
  const wrong = texts.find((type) => !isCharacter(type) && type.kind !== "null");
  if (wrong !== undefined) return `expects character strings after the array, not ${typeText(wrong, true)}`;
  return { parameters: types.map((type) => (type.kind === "null" ? stringType() : type)), result: stringType(anyNullable(types)) };
}

function resolveEntries({ types }: CallTypes): ResolvedSignature | string {
  const [map] = types;
  if (types.length !== 1 || map.kind !== "map") return `expects a MAP, not ${listTypes(types)}`;
  const { key, value } = map as MapOf;
  const element: DataType = {
    kind: "row",
    fields: [
      { name: "key", type: key },
      { name: "value", type: value },
    ],
    nullable: true,
  };
  return { parameters: types, result: { kind: "array", element, nullable: map.nullable } };
}

function resolveFromArrays({ types }: CallTypes): ResolvedSignature | string {
  const [keys, values] = types;
  if (types.length !== 2 || keys.kind !== "array" || values.kind !== "array") return `expects two ARRAYs, not ${listTypes(types)}`;
  return { parameters: types, result: { kind: "map", key: (keys as ArrayOf).element, value: (values as ArrayOf).element, nullable: anyNullable(types) } };
}

function fromArrays([keys, values]: readonly unknown[]): Map<unknown, unknown> {
  const [left, right] = [keys as readonly unknown[], values as readonly unknown[]];
  if (left.length !== right.length) {
    throw new HeadraceError("invalid-argument", `MAP_FROM_ARRAYS got ${left.length} keys and ${right.length} values`);
  }
  return new Map(left.map((key, index) => [key, right[index]]));
}

/** Of a key that several maps have, the last value counts. */
function unionOfMaps(maps: readonly unknown[], type: DataType): Map<unknown, unknown> {
  const { key: keyType } = type as MapOf;
  const result = new Map<unknown, unknown>();
  for (const map of maps as readonly Map<unknown, unknown>[]) {
    for (const [key, value] of map) {
      const known = result.has(key) ? key : [...result.keys()].find((other) => equalScalars(other, key, keyType));
      result.set(known === undefined ? key : known, value);
    }
  }
  return result;
}

function resolveSole({ types }: CallTypes): ResolvedSignature | string {
  const [array] = types;
  if (types.length !== 1 || array.kind !== "array") return `expects an ARRAY, not ${listTypes(types)}`;
  return { parameters: types, result: withNullable((array as ArrayOf).element, true) };
}

function sole([array]: readonly unknown[]): unknown {
  const values = array as readonly unknown[];
  if (values.length > 1) throw new HeadraceError("invalid-argument", `ELEMENT got an array of ${values.length} elements`);
  return values[0] ?? null;
}

export const combinationFunctions: readonly ScalarFunction[] = [
  strict(
    "ARRAY_CONCAT",
    "ARRAY_CONCAT(a, b, …)",
    "The elements of all arrays, one array after the other.",
    ["ARRAY_CONCAT(ARRAY[1, 2], ARRAY[2])", "[1, 2, 2]"],
    alike("array", null),
    (arrays) => (arrays as readonly unknown[][]).flat(1),
  ),
  strict(
    "ARRAY_UNION",
    "ARRAY_UNION(a, b)",
    "The elements of both arrays, each once.",
    ["ARRAY_UNION(ARRAY[1, 2], ARRAY[2, 3])", "[1, 2, 3]"],
    alike("array", 2),
    (arrays, { type }) => unique((arrays as readonly unknown[][]).flat(1), type),
  ),
  strict(
    "ARRAY_EXCEPT",
    "ARRAY_EXCEPT(a, b)",
    "The elements of the first array that the second has not, each once.",
    ["ARRAY_EXCEPT(ARRAY[1, 2, 3], ARRAY[2])", "[1, 3]"],
    alike("array", 2),
    ([left, right], { type }) => unique(left as readonly unknown[], type).filter((value) => !holds(right, value, type)),
  ),
  strict(
    "ARRAY_INTERSECT",
    "ARRAY_INTERSECT(a, b)",
    "The elements of the first array that the second has too, each once.",
    ["ARRAY_INTERSECT(ARRAY[3, 1], ARRAY[1, 2, 3])", "[3, 1]"],
    alike("array", 2),
    ([left, right], { type }) => unique(left as readonly unknown[], type).filter((value) => holds(right, value, type)),
  ),
  {
    ...strict(
      "ARRAY_PREPEND",
      "ARRAY_PREPEND(array, value)",
      "The array with the value, NULL too, before its beginning.",
      ["ARRAY_PREPEND(ARRAY[1], 2)", "[2, 1]"],
      resolvePrepend,
      ([array, value]) => (array === null ? null : [value, ...(array as readonly unknown[])]),
    ),
    nulls: "custom",
  },
  strict(
    "ARRAY_SLICE",
    "ARRAY_SLICE(array, start [, end])",
    "The elements from one position to another, both included; positions count from 1, negative ones from the end.",
    ["ARRAY_SLICE(ARRAY[1, 2, 3, 4], 2, -2)", "[2, 3]"],
    resolveSlice,
    slice,
  ),
  strict(
    "ARRAY_JOIN",
    "ARRAY_JOIN(array, separator [, for_null])",
    "The texts with a separator between them; NULLs are left out, or written as a text.",
    ["ARRAY_JOIN(ARRAY['a', 'b'], '-')", "a-b"],
    resolveJoin,
    ([array, separator, forNull]) =>
      (array as readonly (string | null)[])
        .map((text) => text ?? (forNull as string | undefined) ?? null)
        .filter((text) => text !== null)
        .join(separator as string),
  ),
  strict(
    "ELEMENT",
    "ELEMENT(array)",
    "The only element of the array; NULL of an empty one. More than one ends the job.",
    ["ELEMENT(ARRAY[7])", "7"],
    resolveSole,
    sole,
  ),
  strict(
    "MAP_ENTRIES",
    "MAP_ENTRIES(map)",
    "The entries of the map as an array of rows of key and value.",
    ["MAP_ENTRIES(MAP['a', 1])", "[(a, 1)]"],
    resolveEntries,
    ([map]) => [...(map as Map<unknown, unknown>)].map(([key, value]) => [key, value]),
  ),
  strict(
    "MAP_FROM_ARRAYS",
    "MAP_FROM_ARRAYS(keys, values)",
    "A map of the keys and the values at their places. Arrays of different lengths end the job.",
    ["MAP_FROM_ARRAYS(ARRAY['a', 'b'], ARRAY[1, 2])", "{a=1, b=2}"],
    resolveFromArrays,
    fromArrays,
  ),
  strict(
    "MAP_UNION",
    "MAP_UNION(a, b, …)",
    "The entries of all maps; of a key that several have, the last value counts.",
    ["MAP_UNION(MAP['a', 1, 'b', 2], MAP['b', 3])", "{a=1, b=3}"],
    alike("map", null),
    (maps, { type }) => unionOfMaps(maps, type),
  ),
];
