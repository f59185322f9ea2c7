/**
 * One generated loop for a filter and the projections that have a fast form. It fills the output arrays and a selection
 * of the rows that passed; columns that only pass through and interpreted projections follow the selection.
 */
import type { Batch, Column } from "../../data/index.ts";
import { layoutOf } from "../../data/index.ts";
import type { DataType } from "../../data/index.ts";
import type { Expression } from "../../sql/plan/expression.ts";
import type { FunctionPlatform } from "./interpret.ts";
import { leaveFastRange, NoFastForm, SourceBuilder, type ColumnShape, type Fragment } from "./source.ts";

/** Arrays one computed column is written to. `used` is set by the loop when it wrote a NULL. */
export interface OutputArrays {
  values: Uint8Array | Int32Array | Float64Array | unknown[];
  nulls: Uint8Array;
  hasNulls: boolean;
}

export interface GeneratedLoop {
  /** Rows that passed; their numbers stand in `selection`. Throws LeftFastRange. */
  run(batch: Batch, selection: Int32Array, outputs: readonly OutputArrays[]): number;
  /** Projections that need the interpreter, as positions in the list given. */
  readonly interpreted: ReadonlySet<number>;
  /** For EXPLAIN CODE. */
  readonly source: string;
}

export function shapesOf(batch: Batch): ColumnShape[] {
  return batch.columns.map((column) => ({ layout: column.layout, nulls: column.nulls !== null }));
}

export function shapeKey(batch: Batch): string {
  let key = "";
  for (const column of batch.columns) key += column.layout[0] + (column.layout === "view" ? "w" : "") + (column.nulls === null ? "0" : "1");
  return key;
}

/** Null when the filter itself has no fast form for these columns. */
export function generateLoop(
  filter: Expression | null,
  projections: readonly (Expression | null)[],
  shapes: readonly ColumnShape[],
  timeZone: string,
  platform?: FunctionPlatform,
): GeneratedLoop | null {
  const builder = new SourceBuilder(shapes, timeZone, platform);
  let condition: Fragment | null = null;
  if (filter !== null) {
    const fragment = attempt(builder, filter);
    if (fragment === null) return null;
    condition = fragment;
  }
  const interpreted = new Set<number>();
  const stores: string[] = [];
  projections.forEach((projection, index) => {
    if (projection === null) return;
    const fragment = attempt(builder, projection);
    if (fragment === null) interpreted.add(index);
    else stores.push(storeText(index, fragment, projection.type));
  });
  const source = loopText(builder, condition, stores, projections, interpreted, shapes);
  const make = new Function("helpers", "$slow", "viewText", source) as (
    helpers: readonly unknown[],
    slow: () => never,
    text: typeof viewText,
  ) => (batch: Batch, selection: Int32Array, outputs: readonly OutputArrays[]) => number;
  return { run: make(builder.helpers, leaveFastRange, viewText), interpreted, source };
}

function attempt(builder: SourceBuilder, expression: Expression): Fragment | null {
  try {
    return builder.fragment(expression);
  } catch (error) {
    if (error instanceof NoFastForm) return null;
    throw error;
  }
}

function storeText(index: number, fragment: Fragment, type: DataType): string {
  const value = layoutOf(type) === "byte" ? (text: string): string => `(${text} ? 1 : 0)` : (text: string): string => text;
  if (!fragment.nullable) return `o${index}[m] = ${value(fragment.text)};`;
  return `{ const v = ${fragment.text}; if (v === null) { n${index}[m] = 1; x${index} = true; } else o${index}[m] = ${value("v")}; }`;
}

function loopText(
  builder: SourceBuilder,
  condition: Fragment | null,
  stores: readonly string[],
  projections: readonly (Expression | null)[],
  interpreted: ReadonlySet<number>,
  shapes: readonly ColumnShape[],
): string {
  const lines: string[] = builder.helpers.map((_, index) => `const h${index} = helpers[${index}];`);
  lines.push("return function run(batch, selection, outputs) {", "  const n = batch.length;", "  let m = 0;");
  for (const index of [...builder.usedColumns].sort((a, b) => a - b)) lines.push(columnDeclaration(index, shapes[index]));
  const written = projections.map((projection, index) => projection !== null && !interpreted.has(index));
  written.forEach((is, index) => {
    if (is) lines.push(`  const o${index} = outputs[${index}].values, n${index} = outputs[${index}].nulls; let x${index} = false;`);
  });
  lines.push(`  ${builder.localsText()}`, "  for (let i = 0; i < n; i++) {");
  if (condition !== null) lines.push(`    if (!(${condition.nullable ? `${condition.text} === true` : condition.text})) continue;`);
  lines.push("    selection[m] = i;", ...stores.map((store) => `    ${store}`), "    m++;", "  }");
  written.forEach((is, index) => {
    if (is) lines.push(`  outputs[${index}].hasNulls = x${index};`);
  });
  lines.push("  return m;", "};");
  return lines.join("\n");
}

function columnDeclaration(index: number, shape: ColumnShape): string {
  const parts = [`const column${index} = batch.columns[${index}];`];
  if (shape.layout === "view") parts.push(`const c${index} = column${index}.starts, e${index} = column${index}.ends, b${index} = column${index}.bytes;`);
  else parts.push(`const c${index} = column${index}.values;`);
  if (shape.layout === "string") parts.push(`const d${index} = column${index}.dictionary;`);
  if (shape.nulls) parts.push(`const z${index} = column${index}.nulls;`);
  return `  ${parts.join(" ")}`;
}

const decoder = new TextDecoder();
function viewText(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end));
}

/** Fresh arrays for a computed column of this type, `capacity` rows. Character columns are computed as texts. */
export function outputArrays(type: DataType, capacity: number): OutputArrays {
  const nulls = new Uint8Array(capacity);
  switch (layoutOf(type)) {
    case "byte":
      return { values: new Uint8Array(capacity), nulls, hasNulls: false };
    case "int":
      return { values: new Int32Array(capacity), nulls, hasNulls: false };
    case "double":
      return { values: new Float64Array(capacity), nulls, hasNulls: false };
    default:
      return { values: new Array(capacity).fill(null), nulls, hasNulls: false };
  }
}

/** The filled arrays as a column. */
export function outputColumn(type: DataType, output: OutputArrays): Column {
  const nulls = output.hasNulls ? output.nulls : null;
  switch (layoutOf(type)) {
    case "byte":
      return { layout: "byte", values: output.values as Uint8Array, nulls };
    case "int":
      return { layout: "int", values: output.values as Int32Array, nulls };
    case "double":
      return { layout: "double", values: output.values as Float64Array, nulls };
    default:
      return { layout: "object", values: output.values as unknown[], nulls };
  }
}
