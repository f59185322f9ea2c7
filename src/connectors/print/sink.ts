import { displayText, type Prepared, type Sink } from "../../connector/index.ts";
import { changeKind, readScalar, type Batch } from "../../data/index.ts";

export interface PrintOutput {
  /** False asks to wait for `drain`. */
  write(text: string): boolean;
  once(event: "drain", listener: () => void): unknown;
}

const prefixes: readonly string[] = (() => {
  const texts: string[] = [];
  texts[changeKind.insert] = "+I";
  texts[changeKind.updateBefore] = "-U";
  texts[changeKind.updateAfter] = "+U";
  texts[changeKind.delete] = "-D";
  return texts;
})();

/** Prints at once, before the epoch is durable: people watch it. After a failure rows of the open epoch appear again. */
export class PrintSink implements Sink {
  readonly ability = { changes: "retract", guarantee: "at-least-once" } as const;
  readonly #before: string;
  readonly #output: PrintOutput;
  #waiting: Promise<void> | null = null;

  constructor(identifier: string | undefined, output: PrintOutput) {
    this.#before = identifier === undefined ? "" : `${identifier}> `;
    this.#output = output;
  }

  write(batch: Batch): void {
    const { fields } = batch.schema;
    let text = "";
    for (let row = 0; row < batch.length; row++) {
      const cells = fields.map(({ type }, column) => displayText(readScalar(batch.columns[column], type, row), type));
      text += `${this.#before}${prefixes[batch.changes?.[row] ?? changeKind.insert]}[${cells.join(", ")}]\n`;
    }
    if (text === "" || this.#output.write(text) || this.#waiting !== null) return;
    this.#waiting = new Promise((resolve) => {
      this.#output.once("drain", () => {
        this.#waiting = null;
        resolve();
      });
    });
  }

  full(): boolean {
    return this.#waiting !== null;
  }
  async drained(): Promise<void> {
    await this.#waiting;
  }
  async prepare(): Promise<Prepared> {
    await this.#waiting;
    return { committable: null, state: null, appends: [] };
  }
  async commit(): Promise<void> {}
  async restore(): Promise<void> {}
  finish(): void {}
  async close(): Promise<void> {}
}
