import type { OperatorStatistics, State } from "../operator.ts";

/** Row counts of an operator, kept by itself. */
export class RowCounts {
  rowsIn = 0;
  rowsOut = 0;
  rowsLate = 0;

  statistics(rowsWaiting: number, keys: number, states: readonly State[]): OperatorStatistics {
    const stateBytes = states.reduce((total, state) => total + state.sizeBytes, 0);
    return { rowsIn: this.rowsIn, rowsOut: this.rowsOut, rowsLate: this.rowsLate, rowsWaiting, keys, stateBytes };
  }
}
