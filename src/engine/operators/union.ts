/** UNION ALL: batches of every input, in the order they come. The runner combines the watermarks. */
import type { Batch, Schema } from "../../data/index.ts";
import type { ChangelogMode, UnionNode } from "../../sql/plan/plan.ts";
import type { Collector, Operator, OperatorStatistics, Outcome, State } from "../operator.ts";
import { RowCounts } from "./statistics.ts";

export class UnionOperator implements Operator {
  readonly name: string;
  readonly inputs: readonly Schema[];
  readonly output: Schema;
  readonly changelog: ChangelogMode = "append";
  readonly states: readonly State[] = [];
  readonly #counts = new RowCounts();

  constructor(node: UnionNode, inputs: readonly Schema[]) {
    this.name = node.name;
    this.inputs = inputs;
    this.output = node.schema;
  }

  open(): void {}

  push(_input: number, batch: Batch, output: Collector): Outcome {
    this.#counts.rowsIn += batch.length;
    this.#counts.rowsOut += batch.length;
    output.push(batch.schema === this.output ? batch : { ...batch, schema: this.output });
    return "done";
  }

  watermark(): Outcome {
    return "done";
  }

  resume(): Outcome {
    return "done";
  }

  statistics(): OperatorStatistics {
    return this.#counts.statistics(0, 0, []);
  }

  close(): void {}
}
