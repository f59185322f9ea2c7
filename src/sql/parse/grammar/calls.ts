import type { CallExpression } from "../ast/calls.ts";
import type { Identifier, ObjectName } from "../ast/span.ts";
import { parseArgument } from "./arguments.ts";
import type { Cursor } from "./cursor.ts";
import { parseModifiers, parseOrderItem } from "./over.ts";

/** A call by name; the caller has seen that it is one. Reserved words are names here: COUNT(…), LEFT(…), CURRENT_DATE. */
export function parseCall(cursor: Cursor): CallExpression {
  const { start } = cursor.token;
  const name = parseFunctionName(cursor);
  if (cursor.token.key !== "(") {
    return {
      kind: "call",
      name,
      arguments: [],
      star: false,
      distinct: false,
      orderBy: [],
      nullTreatment: undefined,
      modifiers: parseModifiers(cursor),
      span: cursor.span(start),
    };
  }
  const open = cursor.next();
  const star = cursor.accept("*");
  const distinct = !star && cursor.acceptAny("DISTINCT", "ALL") === "DISTINCT";
  const bare = star || cursor.atAny(")", "ORDER");
  const args = bare ? [] : cursor.list(() => parseArgument(cursor, false));
  const orderBy = cursor.accept("ORDER", "BY") ? cursor.list(() => parseOrderItem(cursor)) : [];
  const inside = nullTreatmentOf(cursor);
  cursor.close(open, !star);
  const nullTreatment = inside ?? nullTreatmentOf(cursor);
  const modifiers = parseModifiers(cursor);
  return { kind: "call", name, arguments: args, star, distinct, orderBy, nullTreatment, modifiers, span: cursor.span(start) };
}

export function parseFunctionName(cursor: Cursor): ObjectName {
  const { start } = cursor.token;
  const parts: Identifier[] = [word(cursor)];
  while (cursor.accept(".")) parts.push(word(cursor));
  return { kind: "object-name", parts, span: cursor.span(start) };
}

function word(cursor: Cursor): Identifier {
  const token = cursor.token;
  if (token.type !== "word") return cursor.identifier("the name of a function");
  cursor.next();
  return { kind: "identifier", name: token.text, quoted: false, span: { start: token.start, end: token.end } };
}

function nullTreatmentOf(cursor: Cursor): CallExpression["nullTreatment"] {
  if (cursor.accept("IGNORE", "NULLS")) return "IGNORE NULLS";
  return cursor.accept("RESPECT", "NULLS") ? "RESPECT NULLS" : undefined;
}
