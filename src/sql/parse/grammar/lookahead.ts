import type { Cursor } from "./cursor.ts";

/** Whether a query stands behind the opening parentheses that come next. */
export function startsQuery(cursor: Cursor): boolean {
  let distance = 0;
  while (cursor.peek(distance).key === "(") distance++;
  if (distance === 0) return false;
  const { key } = cursor.peek(distance);
  return key === "SELECT" || key === "WITH" || key === "VALUES" || (key === "TABLE" && cursor.peek(distance + 1).key !== "(");
}

/** `((SELECT 1) + 2)`: the inner parentheses hold a query that is an operand, not the whole. */
export function startsOperand(cursor: Cursor): boolean {
  if (cursor.peek().key !== "(") return false;
  let depth = 0;
  for (let distance = 1; ; distance++) {
    const { key, type } = cursor.peek(distance);
    if (type === "end") return false;
    if (key === "(") depth++;
    if (key === ")" && --depth === 0) return !setOperators.has(cursor.peek(distance + 1).key);
  }
}

const setOperators = new Set(["UNION", "INTERSECT", "EXCEPT", "MINUS", "ORDER", "LIMIT", "OFFSET", "FETCH", ")"]);
