/** Filter and projection. Holds no state. */
import type { Batch, Schema } from "../../data/index.ts";
import type { CalcNode, ChangelogMode } from "../../sql/plan/plan.ts";
import { Calc } from "../expressions/index.ts";
import type { Collector, Operator, OperatorContext, OperatorStatistics, Outcome, State } from "../operator.ts";
import { RowCounts } from "./statistics.ts";

export class CalcOperator implements Operator {
  readonly name: string;
  readonly inputs: readonly Schema[];
  readonly output: Schema;
  readonly changelog: ChangelogMode = "append";
  readonly states: readonly State[] = [];
  readonly #node: CalcNode;
  readonly #counts = new RowCounts();
  #calc!: Calc;

  constructor(node: CalcNode, input: Schema) {
    this.#node = node;
    this.name = node.name;
    this.inputs = [input];
    this.output = node.schema;
  }

  open(context: OperatorContext): void {
    const { filter, projection, schema } = this.#node;
    this.#calc = new Calc({ filter, projection, output: schema, timeZone: context.timeZone, platform: { clock: context.clock, random: context.random } });
  }

  push(_input: number, batch: Batch, output: Collector): Outcome {
    const result = this.#calc.run(batch);
    this.#counts.rowsIn += batch.length;
    this.#counts.rowsOut += result.length;
    if (result.length > 0) output.push(result);
    return "done";
  }

  watermark(): Outcome {
    return "done";
  }

  resume(): Outcome {
    return "done";
  }

  /** Generated loops, for EXPLAIN CODE. */
  sources(): string[] {
    return this.#calc.sources();
  }

  statistics(): OperatorStatistics {
    return this.#counts.statistics(0, 0, []);
  }

  close(): void {}
}
