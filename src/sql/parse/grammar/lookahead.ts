import type { Cursor } from "./cursor.ts";
import { nestingLimit } from "./cursor.ts";

/** What continues a query behind one of its own parentheses; anything else makes those parentheses an operand or a table. */
const continues = new Set(["UNION", "INTERSECT", "EXCEPT", "MINUS", "ORDER", "LIMIT", "OFFSET", "FETCH", ")"]);

/**
 * Whether the parenthesis at the cursor holds a whole query: `(SELECT …)`, `((SELECT …) UNION …)`, `((SELECT …))`, but not
 * `((SELECT …) + 1)`, `((SELECT …) AS a JOIN …)` or `((SELECT …), 2)`.
 */
export function holdsQuery(cursor: Cursor): boolean {
  let depth = 0;
  while (depth <= nestingLimit && cursor.peek(depth).key === "(") depth++;
  if (depth === 0 || depth > nestingLimit) return false;
  const { key } = cursor.peek(depth);
  if (key !== "SELECT" && key !== "WITH" && key !== "VALUES" && (key !== "TABLE" || cursor.peek(depth + 1).key === "(")) return false;
  for (let distance = 1; distance < depth; distance++) {
    const close = cursor.closing(distance);
    if (close !== undefined && !continues.has(cursor.peek(close + 1).key)) return false;
  }
  return true;
}
