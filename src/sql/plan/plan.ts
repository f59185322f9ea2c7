/**
 * The physical plan: what the engine runs. A graph of nodes, shared where two sinks read the same view.
 * Plans are plain data (structured-cloneable), so that they cross threads and print themselves (`explain.ts`).
 */
import type { DataType, Field, Schema } from "../../data/index.ts";
import type { AggregateCall, Expression } from "./expression.ts";

export interface Plan {
  /** Inputs before users: a node's inputs stand at smaller positions. */
  readonly nodes: readonly PlanNode[];
  /** Positions of the sink nodes; for a bare SELECT one {@link CollectNode}. */
  readonly sinks: readonly number[];
  /** SET values in force: "table.local-time-zone", "table.exec.source.idle-timeout", … */
  readonly configuration: Readonly<Record<string, string>>;
}

export type PlanNode = ScanNode | ValuesNode | CalcNode | UnionNode | WatermarkNode | OverNode | WindowAggregateNode | PredictNode | SinkNode | CollectNode;

interface NodeBase {
  /** Position in {@link Plan.nodes}. */
  readonly id: number;
  readonly inputs: readonly number[];
  /** Columns the node sends. */
  readonly schema: Schema;
  /** Position of the event-time attribute in `schema`; null when it has none. */
  readonly rowtime: number | null;
  /**
   * Stable name for state and metrics: kind plus what makes it unique, e.g. "over:transactions:card_id". The same script
   * gives the same names; a changed operator gets another.
   */
  readonly name: string;
}

/** A connector table as declared, options checked by name against its connector's declaration later. */
export interface TableReference {
  readonly name: string;
  readonly connector: string;
  readonly options: Readonly<Record<string, string>>;
  /** All declared columns, for formats that need positions (CSV) and for sinks. */
  readonly columns: readonly TableColumn[];
  readonly partitionedBy: readonly string[];
  readonly primaryKey: readonly string[] | null;
}

export type TableColumn = Field &
  (
    | { readonly kind: "physical" }
    /** `metadata`: the connector's key, e.g. "timestamp"; `virtual`: not written by sinks. */
    | { readonly kind: "metadata"; readonly metadata: string; readonly virtual: boolean }
    | { readonly kind: "computed" }
  );

/** Reads a table: only the physical and metadata columns that somebody needs. Computed columns are a Calc above. */
export interface ScanNode extends NodeBase {
  readonly kind: "scan";
  readonly table: TableReference;
  /** What each output column is: a physical field path (["bid", "price"] reads a nested field straight from the bytes) or a metadata key. */
  readonly fields: readonly ScanField[];
}

export type ScanField =
  | { readonly kind: "physical"; readonly path: readonly string[]; readonly type: DataType }
  | { readonly kind: "metadata"; readonly metadata: string; readonly type: DataType };

export interface ValuesNode extends NodeBase {
  readonly kind: "values";
  /** Scalars by row and column. */
  readonly rows: readonly (readonly unknown[])[];
}

/** Filter, then project. */
export interface CalcNode extends NodeBase {
  readonly kind: "calc";
  readonly filter: Expression | null;
  readonly projection: readonly Expression[];
}

/** UNION ALL. Inputs have this node's schema. */
export interface UnionNode extends NodeBase {
  readonly kind: "union";
}

/**
 * Assigns watermarks per source split: after each row the largest value of `expression` seen so far (Flink's WATERMARK
 * clause). Stands right above the scan, or above the Calc that computes the time column.
 */
export interface WatermarkNode extends NodeBase {
  readonly kind: "watermark";
  /** Over the input's columns, of type TIMESTAMP(3) or TIMESTAMP_LTZ(3); NULL for a row gives no watermark. */
  readonly expression: Expression;
  /** Splits without rows for this long do not hold time back; 0: they always do. */
  readonly idleTimeoutMs: number;
}

/** OVER (PARTITION BY … ORDER BY rowtime …): input columns, then one column per aggregate of every window, in order. */
export interface OverNode extends NodeBase {
  readonly kind: "over";
  readonly partitionBy: readonly number[];
  /** Event-time column of the input. */
  readonly orderBy: number;
  readonly windows: readonly OverWindow[];
}

export interface OverWindow {
  /**
   * `range`: rows whose time is at most `precedingMs` before (inclusive), and rows of the same time; `rows`: this row
   * and `precedingRows` before it. null: unbounded. LAG reads rows before the current one whatever the frame.
   */
  readonly frame: { readonly kind: "range"; readonly precedingMs: number | null } | { readonly kind: "rows"; readonly precedingRows: number | null };
  readonly aggregates: readonly AggregateCall[];
}

/** GROUP BY keys and a window of a windowing table function: keys, then aggregates, then the chosen window columns. */
export interface WindowAggregateNode extends NodeBase {
  readonly kind: "window-aggregate";
  readonly window: WindowSpecification;
  /** Event-time column of the input. */
  readonly timeColumn: number;
  readonly groupBy: readonly number[];
  readonly aggregates: readonly AggregateCall[];
  /** Output after keys and aggregates, in this order. window_time is window_end − 1 ms. */
  readonly windowColumns: readonly ("window_start" | "window_end" | "window_time")[];
}

export type WindowSpecification =
  | { readonly kind: "tumble"; readonly sizeMs: number; readonly offsetMs: number }
  | { readonly kind: "hop"; readonly sizeMs: number; readonly slideMs: number; readonly offsetMs: number };

/** ML_PREDICT: input columns, then the model's outputs. */
export interface PredictNode extends NodeBase {
  readonly kind: "predict";
  readonly model: ModelReference;
  /** Input columns in the model's order. */
  readonly features: readonly number[];
  /** MAP argument of ML_PREDICT ("async", "max-concurrent-operations", …). */
  readonly options: Readonly<Record<string, string>>;
}

export interface ModelReference {
  readonly name: string;
  readonly provider: string;
  readonly inputs: readonly Field[];
  readonly outputs: readonly Field[];
  readonly options: Readonly<Record<string, string>>;
}

/** Writes to a table: input columns stand in the order of the table's persisted columns, cast to their types. */
export interface SinkNode extends NodeBase {
  readonly kind: "sink";
  readonly table: TableReference;
  /** Which changes can arrive. */
  readonly changelog: ChangelogMode;
  /** INSERT INTO t PARTITION (day = '…') values. */
  readonly staticPartition: Readonly<Record<string, string>>;
}

/** Hands rows to whoever asked the query. */
export interface CollectNode extends NodeBase {
  readonly kind: "collect";
  readonly changelog: ChangelogMode;
  readonly limit: number | null;
}

export type ChangelogMode = "append" | "upsert" | "retract";
