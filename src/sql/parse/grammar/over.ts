import type { AggregateModifiers, FrameBound, WindowFrame, WindowReference, WindowSpecification } from "../ast/calls.ts";
import type { OrderItem } from "../ast/queries.ts";
import type { Cursor } from "./cursor.ts";
import { comparisonPrecedence } from "./precedence.ts";

export const noModifiers: AggregateModifiers = { withinGroup: [], filter: undefined, over: undefined };

/** WITHIN GROUP, FILTER and OVER, in this order, each optional. */
export function parseModifiers(cursor: Cursor): AggregateModifiers {
  if (!cursor.atAny("WITHIN", "FILTER", "OVER")) return noModifiers;
  let withinGroup: OrderItem[] = [];
  if (cursor.at("WITHIN", "GROUP")) {
    cursor.next();
    cursor.next();
    const open = cursor.expect("(");
    cursor.expect("ORDER", "BY");
    withinGroup = cursor.list(() => parseOrderItem(cursor));
    cursor.close(open, true);
  }
  let filter;
  if (cursor.accept("FILTER")) {
    const open = cursor.expect("(");
    cursor.expect("WHERE");
    filter = cursor.expression();
    cursor.close(open);
  }
  const over = cursor.accept("OVER") ? overClause(cursor) : undefined;
  return { withinGroup, filter, over };
}

function overClause(cursor: Cursor): WindowSpecification | WindowReference {
  if (cursor.token.key === "(") return parseWindow(cursor);
  const name = cursor.identifier("the name of a window");
  return { kind: "window-reference", name, span: name.span };
}

/** `(base PARTITION BY … ORDER BY … ROWS …)`. */
export function parseWindow(cursor: Cursor): WindowSpecification {
  const open = cursor.expect("(");
  const base = cursor.atIdentifier() ? cursor.identifier() : undefined;
  const partitionBy = cursor.accept("PARTITION", "BY") ? cursor.list(() => cursor.expression()) : [];
  const orderBy = cursor.accept("ORDER", "BY") ? cursor.list(() => parseOrderItem(cursor)) : [];
  const frame = cursor.atAny("ROWS", "RANGE") ? parseFrame(cursor) : undefined;
  if (cursor.token.key !== ")") {
    const expected =
      frame !== undefined ? ["')'"] : orderBy.length > 0 ? ["','", "ROWS", "RANGE", "')'"] : ["PARTITION BY", "ORDER BY", "ROWS", "RANGE", "')'"];
    cursor.fail(expected, { open });
  }
  cursor.next();
  return { kind: "window-specification", base, partitionBy, orderBy, frame, span: cursor.span(open.start) };
}

function parseFrame(cursor: Cursor): WindowFrame {
  const from = cursor.token.start;
  const unit = cursor.expectAny("ROWS", "RANGE");
  if (cursor.accept("BETWEEN")) {
    const start = parseBound(cursor);
    cursor.expect("AND");
    return { kind: "window-frame", unit, start, end: parseBound(cursor), span: cursor.span(from) };
  }
  const start = parseBound(cursor);
  const end: FrameBound = { kind: "frame-bound", type: "CURRENT ROW", offset: undefined, span: { start: start.span.end, end: start.span.end } };
  return { kind: "window-frame", unit, start, end, span: cursor.span(from) };
}

function parseBound(cursor: Cursor): FrameBound {
  const { start } = cursor.token;
  if (cursor.accept("CURRENT", "ROW")) return { kind: "frame-bound", type: "CURRENT ROW", offset: undefined, span: cursor.span(start) };
  if (cursor.accept("UNBOUNDED")) {
    const type = `UNBOUNDED ${cursor.expectAny("PRECEDING", "FOLLOWING")}` as const;
    return { kind: "frame-bound", type, offset: undefined, span: cursor.span(start) };
  }
  const offset = cursor.expression(comparisonPrecedence + 1);
  return { kind: "frame-bound", type: cursor.expectAny("PRECEDING", "FOLLOWING"), offset, span: cursor.span(start) };
}

/** `expression [ASC | DESC] [NULLS FIRST | LAST]`. */
export function parseOrderItem(cursor: Cursor): OrderItem {
  const { start } = cursor.token;
  const expression = cursor.expression();
  const descending = cursor.acceptAny("ASC", "DESC") === "DESC";
  const nulls = cursor.accept("NULLS") ? cursor.expectAny("FIRST", "LAST") : undefined;
  return { kind: "order-item", expression, descending, nulls, span: cursor.span(start) };
}
