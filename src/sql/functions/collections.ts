/** Making and reading ROW, ARRAY and MAP. */
import { stringType, typeText, withNullable, type DataType } from "../../data/index.ts";
import { booleanType, documented, intType, plain, textType } from "./declare.ts";
import type { CallTypes, ResolvedSignature, ScalarFunction } from "./function.ts";
import { anyNullable, commonType, isInteger, listTypes } from "./type-rules.ts";
import { compareScalars, equalScalars } from "./values.ts";

type ArrayOf = DataType & { kind: "array"; element: DataType };

const field: ScalarFunction = {
  kind: "scalar",
  name: "FIELD",
  documentation: documented("collection", "row.field", "A field of a ROW; NULL when the row is NULL.", "CAST(ROW(1, 'a') AS ROW<x INT, y STRING>).y", "a"),
  resolve: ({ types, parameter }) => {
    const [row] = types;
    if (row.kind !== "row") return `expects a ROW, not ${typeText(row, true)}`;
    const { type } = row.fields[parameter as number];
    return { parameters: types, result: withNullable(type, type.nullable || row.nullable) };
  },
  nulls: "strict",
  deterministic: true,
  evaluate: ([row], { parameter }) => (row as readonly unknown[])[parameter as number] ?? null,
};

function resolveElement({ types }: CallTypes): ResolvedSignature | string {
  const [collection, index] = types;
  if (collection.kind === "array") {
    if (!isInteger(index) && index.kind !== "null") return `expects an integer between [ and ], not ${typeText(index, true)}`;
    return { parameters: [collection, withNullable(intType, index.nullable)], result: withNullable((collection as ArrayOf).element, true) };
  }
  if (collection.kind === "map")
    return { parameters: [collection, withNullable(collection.key, index.nullable)], result: withNullable(collection.value, true) };
  return `expects an ARRAY or a MAP before [, not ${typeText(collection, true)}`;
}

const element: ScalarFunction = {
  kind: "scalar",
  name: "ITEM",
  documentation: documented(
    "collection",
    "array[index], map[key]",
    "An element of an ARRAY, counted from 1, or the value of a MAP's key; NULL when it is not there.",
    "ARRAY['a', 'b'][2]",
    "b",
  ),
  resolve: resolveElement,
  nulls: "strict",
  deterministic: true,
  evaluate: ([collection, index], { types }) => {
    const [type] = types;
    if (Array.isArray(collection)) return collection[(index as number) - 1] ?? null;
    const key = (type as DataType & { kind: "map" }).key;
    const map = collection as Map<unknown, unknown>;
    if (map.has(index)) return map.get(index) ?? null;
    for (const [candidate, value] of map) if (equalScalars(candidate, index, key)) return value;
    return null;
  },
};

const makeArray: ScalarFunction = {
  kind: "scalar",
  name: "ARRAY",
  documentation: documented("collection", "ARRAY[a, b, …]", "An array of the values.", "ARRAY[1, 2]", "[1, 2]"),
  resolve: ({ types }) => {
    const common = commonType(types);
    if (common === undefined) return `has elements of types that do not fit together: ${listTypes(types)}`;
    return { parameters: types.map((type) => withNullable(common, type.nullable)), result: { kind: "array", element: common, nullable: false } };
  },
  nulls: "custom",
  deterministic: true,
  evaluate: (values) => [...values],
};

const makeMap: ScalarFunction = {
  kind: "scalar",
  name: "MAP",
  documentation: documented(
    "collection",
    "MAP[key, value, …]",
    "A map of keys and values; of a key that comes twice the last value counts.",
    "MAP['a', 1, 'b', 2]",
    "{a=1, b=2}",
  ),
  resolve: ({ types }) => {
    const keys = types.filter((_, index) => index % 2 === 0);
    const values = types.filter((_, index) => index % 2 === 1);
    const [key, value] = [commonType(keys), commonType(values)];
    if (key === undefined) return `has keys of types that do not fit together: ${listTypes(keys)}`;
    if (value === undefined) return `has values of types that do not fit together: ${listTypes(values)}`;
    return {
      parameters: types.map((type, index) => withNullable(index % 2 === 0 ? key : value, type.nullable)),
      result: { kind: "map", key, value, nullable: false },
    };
  },
  nulls: "custom",
  deterministic: true,
  evaluate: (values) => {
    const map = new Map<unknown, unknown>();
    for (let index = 0; index < values.length; index += 2) map.set(values[index], values[index + 1]);
    return map;
  },
};

const makeRow: ScalarFunction = {
  kind: "scalar",
  name: "ROW",
  documentation: documented("collection", "ROW(a, b, …), (a, b, …)", "A row of the values.", "ROW(1, 'a')", "(1, a)"),
  resolve: ({ types }) => ({
    parameters: types,
    result: { kind: "row", fields: types.map((type, index) => ({ name: `EXPR$${index}`, type })), nullable: false },
  }),
  nulls: "custom",
  deterministic: true,
  evaluate: (values) => [...values],
};

const cardinality: ScalarFunction = {
  kind: "scalar",
  name: "CARDINALITY",
  documentation: documented("collection", "CARDINALITY(array | map)", "Number of elements.", "CARDINALITY(ARRAY[1, 2])", "2"),
  resolve: ({ types }) =>
    types.length === 1 && ["array", "map", "multiset"].includes(types[0].kind)
      ? { parameters: types, result: withNullable(intType, types[0].nullable) }
      : `expects an ARRAY, MAP or MULTISET, not ${listTypes(types)}`,
  nulls: "strict",
  deterministic: true,
  evaluate: ([collection]) => (Array.isArray(collection) ? collection.length : (collection as Map<unknown, unknown>).size),
};

/** Functions of an array and one value of its element type. */
function ofArray(
  name: string,
  usage: string,
  summary: string,
  example: readonly [string, string],
  result: (type: ArrayOf) => DataType,
  evaluate: (array: readonly unknown[], value: unknown, type: ArrayOf) => unknown,
  extra: boolean,
): ScalarFunction {
  return {
    kind: "scalar",
    name,
    documentation: documented("collection", usage, summary, example[0], example[1]),
    resolve: ({ types }) => {
      if (types.length !== (extra ? 2 : 1)) return `expects ${extra ? 2 : 1} arguments, not ${types.length}`;
      const [array] = types;
      if (array.kind !== "array") return `expects an ARRAY as argument 1, not ${typeText(array, true)}`;
      const parameters = extra ? [array, withNullable((array as ArrayOf).element, types[1].nullable)] : [array];
      return { parameters, result: withNullable(result(array as ArrayOf), anyNullable(types)) };
    },
    nulls: "custom",
    deterministic: true,
    evaluate: ([array, value], { types }) => (array === null ? null : evaluate(array as readonly unknown[], value, types[0] as ArrayOf)),
  };
}

const arraySort: ScalarFunction = {
  kind: "scalar",
  name: "ARRAY_SORT",
  documentation: documented(
    "collection",
    "ARRAY_SORT(array [, ascending [, null_first]])",
    "The elements in order; NULL stands first when ascending and last when not, unless told.",
    "ARRAY_SORT(ARRAY[2, 3, 1], FALSE)",
    "[3, 2, 1]",
  ),
  resolve: ({ types }) => {
    const [array, ...flags] = types;
    if (array?.kind !== "array") return `expects an ARRAY as argument 1, not ${listTypes(types.slice(0, 1))}`;
    if (flags.length > 2 || flags.some((flag) => flag.kind !== "boolean")) return `expects at most two BOOLEANs after the array, not ${listTypes(flags)}`;
    return { parameters: types, result: withNullable(array, anyNullable(types)) };
  },
  nulls: "strict",
  deterministic: true,
  evaluate: ([array, ascending = true, nullFirst = ascending], { types }) => {
    const values = array as readonly unknown[];
    const present = sorted(
      values.filter((value) => value !== null),
      types[0] as ArrayOf,
    );
    if (ascending !== true) present.reverse();
    const absent = values.filter((value) => value === null);
    return nullFirst === true ? [...absent, ...present] : [...present, ...absent];
  },
};

function sorted(array: readonly unknown[], type: ArrayOf): unknown[] {
  return [...array].sort((left, right) =>
    left === null || right === null ? (left === right ? 0 : left === null ? -1 : 1) : compareScalars(left, right, type.element),
  );
}

function unique(array: readonly unknown[], type: ArrayOf): unknown[] {
  return array.filter((value, index) => array.findIndex((other) => equalScalars(other, value, type.element)) === index);
}

const mapParts: readonly ScalarFunction[] = (["MAP_KEYS", "MAP_VALUES"] as const).map((name) => ({
  kind: "scalar",
  name,
  documentation: documented(
    "collection",
    `${name}(map)`,
    `The ${name === "MAP_KEYS" ? "keys" : "values"} of the map as an array.`,
    `${name}(MAP['a', 1])`,
    name === "MAP_KEYS" ? "[a]" : "[1]",
  ),
  resolve: ({ types }: CallTypes): ResolvedSignature | string => {
    const [map] = types;
    if (map?.kind !== "map") return `expects a MAP, not ${listTypes(types)}`;
    return { parameters: types, result: { kind: "array", element: name === "MAP_KEYS" ? map.key : map.value, nullable: map.nullable } };
  },
  nulls: "strict",
  deterministic: true,
  evaluate: ([map]: readonly unknown[]) => [...(name === "MAP_KEYS" ? (map as Map<unknown, unknown>).keys() : (map as Map<unknown, unknown>).values())],
}));

export const collectionFunctions: readonly ScalarFunction[] = [
  field,
  element,
  makeArray,
  makeMap,
  makeRow,
  cardinality,
  ofArray(
    "ARRAY_CONTAINS",
    "ARRAY_CONTAINS(array, value)",
    "Whether the value is an element.",
    ["ARRAY_CONTAINS(ARRAY[1, 2], 2)", "TRUE"],
    () => booleanType,
    (array, value, type) => array.some((item) => equalScalars(item, value, type.element)),
    true,
  ),
  ofArray(
    "ARRAY_POSITION",
    "ARRAY_POSITION(array, value)",
    "Where the value first stands, from 1; 0 when it does not.",
    ["ARRAY_POSITION(ARRAY['a', 'b'], 'b')", "2"],
    () => intType,
    (array, value, type) => (value === null ? null : array.findIndex((item) => equalScalars(item, value, type.element)) + 1),
    true,
  ),
  ofArray(
    "ARRAY_APPEND",
    "ARRAY_APPEND(array, value)",
    "The array with the value after its end.",
    ["ARRAY_APPEND(ARRAY[1], 2)", "[1, 2]"],
    (type) => type,
    (array, value) => [...array, value],
    true,
  ),
  ofArray(
    "ARRAY_REMOVE",
    "ARRAY_REMOVE(array, value)",
    "The array without any element that equals the value.",
    ["ARRAY_REMOVE(ARRAY[1, 2, 1], 1)", "[2]"],
    (type) => type,
    (array, value, type) => array.filter((item) => !equalScalars(item, value, type.element)),
    true,
  ),
  ofArray(
    "ARRAY_DISTINCT",
    "ARRAY_DISTINCT(array)",
    "The array with each element once, at its first place.",
    ["ARRAY_DISTINCT(ARRAY[1, 2, 1])", "[1, 2]"],
    (type) => type,
    (array, _value, type) => unique(array, type),
    false,
  ),
  ofArray(
    "ARRAY_REVERSE",
    "ARRAY_REVERSE(array)",
    "The elements from last to first.",
    ["ARRAY_REVERSE(ARRAY[1, 2])", "[2, 1]"],
    (type) => type,
    (array) => [...array].reverse(),
    false,
  ),
  arraySort,
  ofArray(
    "ARRAY_MAX",
    "ARRAY_MAX(array)",
    "The greatest element.",
    ["ARRAY_MAX(ARRAY[1, 3, 2])", "3"],
    (type) => withNullable(type.element, true),
    (array, _value, type) =>
      sorted(
        array.filter((item) => item !== null),
        type,
      ).at(-1) ?? null,
    false,
  ),
  ofArray(
    "ARRAY_MIN",
    "ARRAY_MIN(array)",
    "The least element.",
    ["ARRAY_MIN(ARRAY[3, 1])", "1"],
    (type) => withNullable(type.element, true),
    (array, _value, type) =>
      sorted(
        array.filter((item) => item !== null),
        type,
      )[0] ?? null,
    false,
  ),
  ...mapParts,
  plain(
    "SPLIT",
    {
      pattern: "string, string",
      result: { kind: "array", element: stringType(), nullable: true },
      documentation: documented("collection", "SPLIT(text, separator)", "The parts of the text between separators.", "SPLIT('a,b', ',')", "[a, b]"),
    },
    ([text, separator]) => (text === "" ? [] : text.split(separator)),
  ),
  plain(
    "STR_TO_MAP",
    {
      pattern: "string, [string], [string]",
      result: { kind: "map", key: withNullable(textType, true), value: withNullable(textType, true), nullable: true },
      documentation: documented(
        "collection",
        "STR_TO_MAP(text [, separator, assignment])",
        "A map of the pairs in the text, by default 'a=1,b=2'.",
        "STR_TO_MAP('a=1,b=2')",
        "{a=1, b=2}",
      ),
    },
    ([text, separator = ",", assignment = "="]) => {
      const entries = text === "" ? [] : (text.split(separator) as string[]);
      return new Map(
        entries.map((entry) => {
          const at = entry.indexOf(assignment);
          return at < 0 ? [entry, null] : [entry.slice(0, at), entry.slice(at + assignment.length)];
        }),
      );
    },
  ),
];
