/** A windowing function used without aggregation: its columns are computed for each row. */
import { columnOf, columnsOf } from "./builder.ts";
import { unsupported } from "../bind/expressions.ts";
import type { Expression } from "./expression.ts";
import { fieldsOf, nodeWidth, windowColumnNames, type PlanContext, type Relation } from "./relation.ts";

/** The relation with its window columns made real. A HOP gives a row several times, which no calc does. */
export function materialised(relation: Relation, context: PlanContext): Relation {
  const { window } = relation;
  if (window === null) return relation;
  const { specification, timeColumn, span } = window;
  if (specification.kind !== "tumble") throw unsupported("a HOP window without aggregation", span, "GROUP BY window_start, window_end");
  const { builder } = context;
  const width = nodeWidth(relation);
  const time = columnOf(timeColumn, relation.columns[timeColumn].type);
  const bounds = windowColumnNames.map((name, index): Expression => ({
    kind: "call",
    function: name.toUpperCase(),
    type: relation.columns[width + index].type,
    arguments: [time],
    parameter: { sizeMs: specification.sizeMs, offsetMs: specification.offsetMs },
  }));
  const node = builder.calc(relation.node, null, [...columnsOf(builder.schema(relation.node)), ...bounds], fieldsOf(relation.columns), relation.rowtime);
  return { node, columns: relation.columns, rowtime: relation.rowtime, window: null };
}
