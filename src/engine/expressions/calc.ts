/** Filter and projection over a batch: generated loop where values are fast, interpreter where not. */
import type { Batch, Column, Schema } from "../../data/index.ts";
import { columnFromScalars, readScalar, takeColumn } from "../../data/index.ts";
import type { Expression } from "../../sql/plan/expression.ts";
import { interpret, type Evaluator, type FunctionPlatform } from "./interpret.ts";
import { generateLoop, outputArrays, outputColumn, shapeKey, shapesOf, type GeneratedLoop, type OutputArrays } from "./loop.ts";
import { LeftFastRange } from "./source.ts";

export interface CalcOptions {
  readonly filter: Expression | null;
  readonly projection: readonly Expression[];
  readonly output: Schema;
  readonly timeZone: string;
  /** For functions that are not deterministic. */
  readonly platform?: FunctionPlatform;
  /** Interpreter only: the oracle of tests, and for hosts that forbid code generation. */
  readonly generate?: boolean;
}

export class Calc {
  readonly #options: CalcOptions;
  readonly #loops = new Map<string, GeneratedLoop | null>();
  readonly #filter: Evaluator | null;
  readonly #evaluators: (Evaluator | null)[];
  /** Input column that a projection hands through; −1 when it computes. */
  readonly #passed: number[];
  readonly #scalarColumns: number[];

  constructor(options: CalcOptions) {
    this.#options = options;
    const { filter, projection, timeZone, platform } = options;
    this.#filter = filter === null ? null : interpret(filter, timeZone, platform);
    this.#passed = projection.map((expression) => (expression.kind === "column" ? expression.index : -1));
    this.#evaluators = projection.map((expression) => (expression.kind === "column" ? null : interpret(expression, timeZone, platform)));
    const used = new Set<number>();
    for (const expression of [...(filter === null ? [] : [filter]), ...projection.filter((_, index) => this.#passed[index] < 0)]) {
      collectColumns(expression, used);
    }
    this.#scalarColumns = [...used];
  }

  /** Rows that passed, projected; the batch may be empty. */
  run(batch: Batch): Batch {
    const loop = this.#loop(batch);
    if (loop !== null) {
      try {
        return this.#generated(batch, loop);
      } catch (error) {
        if (!(error instanceof LeftFastRange)) throw error;
      }
    }
    return this.#interpreted(batch);
  }

  /** Sources of the loops made so far, for EXPLAIN CODE. */
  sources(): string[] {
    return [...this.#loops.values()].flatMap((loop) => (loop === null ? [] : [loop.source]));
  }

  #loop(batch: Batch): GeneratedLoop | null {
    if (this.#options.generate === false) return null;
    const key = shapeKey(batch);
    let loop = this.#loops.get(key);
    if (loop === undefined) {
      const computed = this.#options.projection.map((expression, index) => (this.#passed[index] < 0 ? expression : null));
      loop = generateLoop(this.#options.filter, computed, shapesOf(batch), this.#options.timeZone, this.#options.platform);
      this.#loops.set(key, loop);
    }
    return loop;
  }

  #generated(batch: Batch, loop: GeneratedLoop): Batch {
    const { projection, output, filter } = this.#options;
    const computes = this.#passed.some((input) => input < 0);
    if (!computes && filter === null) return this.#share(batch);
    const selection = new Int32Array(batch.length);
    const outputs: OutputArrays[] = projection.map((expression, index) =>
      this.#passed[index] < 0 && !loop.interpreted.has(index) ? outputArrays(expression.type, batch.length) : unused,
    );
    const length = loop.run(batch, selection, outputs);
    const all = length === batch.length;
    const columns = projection.map((expression, index): Column => {
      const input = this.#passed[index];
      if (input >= 0) return all ? batch.columns[input] : takeColumn(batch.columns[input], selection, length);
      if (loop.interpreted.has(index)) return this.#interpretColumn(batch, index, selection, length);
      return outputColumn(expression.type, outputs[index]);
    });
    return { schema: output, length, columns, changes: takeChanges(batch, selection, length, all) };
  }

  #share(batch: Batch): Batch {
    const columns = this.#passed.map((input) => batch.columns[input]);
    return { schema: this.#options.output, length: batch.length, columns, changes: batch.changes };
  }

  #interpretColumn(batch: Batch, index: number, selection: Int32Array, length: number): Column {
    const evaluate = this.#evaluators[index]!;
    const scalars: unknown[] = new Array(length);
    const row: unknown[] = new Array(batch.columns.length).fill(null);
    for (let at = 0; at < length; at++) {
      this.#readRow(batch, selection[at], row);
      scalars[at] = evaluate(row);
    }
    return columnFromScalars(this.#options.projection[index].type, scalars);
  }

  #interpreted(batch: Batch): Batch {
    const { projection, output } = this.#options;
    const selection = new Int32Array(batch.length);
    const row: unknown[] = new Array(batch.columns.length).fill(null);
    const scalars: unknown[][] = projection.map(() => []);
    let length = 0;
    for (let index = 0; index < batch.length; index++) {
      this.#readRow(batch, index, row);
      if (this.#filter !== null && this.#filter(row) !== true) continue;
      selection[length++] = index;
      for (let at = 0; at < projection.length; at++) if (this.#passed[at] < 0) scalars[at].push(this.#evaluators[at]!(row));
    }
    const all = length === batch.length;
    const columns = projection.map((expression, at): Column => {
      const input = this.#passed[at];
      if (input >= 0) return all ? batch.columns[input] : takeColumn(batch.columns[input], selection, length);
      return columnFromScalars(expression.type, scalars[at]);
    });
    return { schema: output, length, columns, changes: takeChanges(batch, selection, length, all) };
  }

  #readRow(batch: Batch, index: number, row: unknown[]): void {
    for (const column of this.#scalarColumns) row[column] = readScalar(batch.columns[column], batch.schema.fields[column].type, index);
  }
}

const unused: OutputArrays = { values: [], nulls: new Uint8Array(0), hasNulls: false };

function takeChanges(batch: Batch, selection: Int32Array, length: number, all: boolean): Int8Array | null {
  if (batch.changes === null || all) return batch.changes;
  const changes = new Int8Array(length);
  for (let index = 0; index < length; index++) changes[index] = batch.changes[selection[index]];
  return changes;
}

export function collectColumns(expression: Expression, columns: Set<number>): void {
  if (expression.kind === "column") columns.add(expression.index);
  else if (expression.kind === "call") for (const argument of expression.arguments) collectColumns(argument, columns);
}
