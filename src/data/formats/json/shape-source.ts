/** JavaScript source that reads runs of records of one shape. */
import type { DecodedField } from "../decoder.ts";
import { dayMemory, differs, slackBytes } from "../value-source.ts";
import type { Shape, ShapeStep } from "./shape.ts";
import { jsonSkip, jsonValue, type JsonDialect } from "./value-source.ts";

/**
 * Body of `(b, w, starts, ends, from, to, row, columns, odd) → records read`, or null for a shape that lacks a field that
 * must be there. It stops at the first record that differs from the shape; what it wrote
 * into that record's row, the next tier writes again. `odd(field, b, p, e, r)` reads a value of unusual form and answers the position behind it.
 */
export function shapeSource(shape: Shape, fields: readonly DecodedField[], dialect: JsonDialect): string | null {
  if (shape.absent.some((index) => dialect.allRequired || !fields[index].type.nullable)) return null;
  const wanted = shape.steps.flatMap((step) => (step.kind === "field" ? [step.field] : []));
  const literalBytesMax = Math.max(...shape.steps.map((step) => (step.kind === "literal" ? step.bytes.length : 0)));
  const names = [...wanted, ...shape.absent].flatMap((index) => [
    `v${index} = columns[${index}].values`,
    `e${index} = columns[${index}].ends`,
    `n${index} = columns[${index}].nulls`,
  ]);
  return `
  const ${[...names, `size = b.length - ${literalBytesMax + slackBytes}`].join(", ")};
  ${dayMemory}
  let r = row, index = from;
  run: for (; index < to; index++, r++) {
    let p = starts[index];
    const e = ends[index];
    if (e > size) break;
    ${shape.steps.map((step) => stepText(step, fields, dialect)).join("\n    ")}
    if (p !== e) break run;
    ${shape.absent.map((index) => `n${index}[r] = 1;`).join(" ")}
  }
  ${shape.absent.map((index) => `if (index > from) columns[${index}].hasNulls = true;`).join(" ")}
  return index - from;`;
}

const fail = "break run;";

function stepText(step: ShapeStep, fields: readonly DecodedField[], dialect: JsonDialect): string {
  switch (step.kind) {
    case "literal":
      return `if (p > e || ${differs(step.bytes)}) ${fail} p += ${step.bytes.length};`;
    case "skip":
      return jsonSkip(step.first, fail);
    case "field": {
      const { type } = fields[step.field];
      const isNull = type.nullable ? `n${step.field}[r] = 1; columns[${step.field}].hasNulls = true; p += 4;` : fail;
      return `if (b[p] === 110) { if (w.getInt32(p, true) !== 1819047278) ${fail} ${isNull} } else ${jsonValue(step.field, fields[step.field], dialect, fail)}`;
    }
  }
}
