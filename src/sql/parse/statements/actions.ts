import type { RenameAction, ResetOptionsAction, SetOptionsAction } from "../ast/alterations.ts";
import type { Cursor } from "../grammar/cursor.ts";
import { parseOptions } from "../grammar/options.ts";

export function parseRename(cursor: Cursor, what: string): RenameAction {
  const { start } = cursor.token;
  cursor.expect("RENAME", "TO");
  return { kind: "rename", to: cursor.objectName(what), span: cursor.span(start) };
}

export function parseSetOptions(cursor: Cursor): SetOptionsAction {
  const { start } = cursor.token;
  cursor.expect("SET");
  return { kind: "set-options", options: parseOptions(cursor), span: cursor.span(start) };
}

export function parseResetOptions(cursor: Cursor): ResetOptionsAction {
  const { start } = cursor.token;
  cursor.expect("RESET");
  const keys = cursor.parenthesised(() => cursor.string("an option key in single quotes"), true);
  return { kind: "reset-options", keys, span: cursor.span(start) };
}
