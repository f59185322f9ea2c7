/** What the gateway asks of the house behind it. Types only. */
import type { Field } from "../../data/index.ts";

export interface SqlExecutor {
  /** Starts a statement. @throws HeadraceError (SqlError for faults in the text). */
  execute(statement: string, session: SqlSession): Promise<SqlResult>;
}

/** One client's own settings. */
export interface SqlSession {
  readonly handle: string;
  readonly properties: Map<string, string>;
}

export interface SqlResult {
  readonly columns: readonly Field[];
  /** False for what only acts (SET, CREATE): then there is one row that says OK. */
  readonly isQuery: boolean;
  /** The next rows with their kind ("INSERT", "UPDATE_BEFORE", …), values as scalars of `data/types.ts`; null at the end. Waits. */
  next(): Promise<readonly SqlRow[] | null>;
  close(): Promise<void>;
  /** Said beside the rows once they have ended: records left out. */
  warnings?(): readonly string[];
}

export interface SqlRow {
  readonly kind: "INSERT" | "UPDATE_BEFORE" | "UPDATE_AFTER" | "DELETE";
  readonly fields: readonly unknown[];
}
