/** All states of an operator as one piece of bytes: whole, or what changed since the last piece. */
import { HeadraceError } from "../../core/index.ts";
import type { State } from "../operator.ts";
import { StateBuffer, StateCursor } from "./codec.ts";

const snapshotMark = 0x48_52_53_31;
const changesMark = 0x48_52_43_31;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Everything. The next {@link changesOf} counts from here. */
export function snapshotStates(states: readonly State[]): Uint8Array {
  return collect(states, snapshotMark);
}

/** What was touched since the last {@link snapshotStates} or {@link changesOf}. */
export function changesOf(states: readonly State[]): Uint8Array {
  return collect(states, changesMark);
}

/**
 * Fills fresh states from a snapshot and the changes after it, in order.
 * @throws HeadraceError `corrupt` for damaged bytes; `invalid-argument` when names or layouts are those of another operator.
 */
export function restoreStates(states: readonly State[], snapshot: Uint8Array, deltas: readonly Uint8Array[]): void {
  fill(states, snapshot, snapshotMark);
  for (const delta of deltas) fill(states, delta, changesMark);
}

function collect(states: readonly State[], mark: number): Uint8Array {
  const writer = new StateBuffer(4096);
  writer.number(mark);
  writer.number(states.length);
  for (const state of states) {
    writer.bytes(encoder.encode(state.name));
    writer.bytes(encoder.encode(state.layout));
    const place = writer.placeholder();
    const start = writer.length;
    if (mark === snapshotMark) state.snapshot(writer);
    else state.changes(writer);
    writer.patch(place, writer.length - start);
  }
  return writer.finish();
}

function fill(states: readonly State[], bytes: Uint8Array, mark: number): void {
  const reader = new StateCursor(bytes);
  const found = reader.number();
  if (found !== mark) {
    const meaning =
      found === changesMark ? "changes where a snapshot is due" : found === snapshotMark ? "a snapshot where changes are due" : "no state of this format";
    throw new HeadraceError("corrupt", `stored operator state cannot be read: ${meaning}`);
  }
  const count = reader.number();
  if (count !== states.length) throw foreign(`it holds ${count} states, the operator has ${states.length}`);
  for (const state of states) {
    const name = decoder.decode(reader.bytes());
    const layout = decoder.decode(reader.bytes());
    if (name !== state.name) throw foreign(`it holds state "${name}" where the operator has "${state.name}"`);
    if (layout !== state.layout) throw foreign(`state "${name}" has layout ${layout}, the operator expects ${state.layout}`);
    const length = reader.number();
    const start = reader.position;
    if (mark === snapshotMark) state.restore(reader);
    else state.apply(reader);
    if (reader.position - start !== length) {
      throw new HeadraceError("corrupt", `stored operator state cannot be read: state "${name}" took ${reader.position - start} of ${length} bytes`);
    }
  }
  if (!reader.atEnd) throw new HeadraceError("corrupt", "stored operator state cannot be read: bytes follow the last state");
}

function foreign(detail: string): HeadraceError {
  return new HeadraceError("invalid-argument", `the stored state belongs to another operator: ${detail}`, {
    hint: "start the pipeline without its old state, or with the SQL text that wrote it",
  });
}
