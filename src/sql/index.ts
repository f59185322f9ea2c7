export { SqlError, formatSqlError, sourcePosition } from "./errors.ts";
export type { SourcePosition, SqlErrorCode, SqlErrorOptions } from "./errors.ts";
export type * from "./parse/ast.ts";
export { parseDataType, parseExpression, parseScript, parseStatement, printExpression, printScript, printStatement, printType } from "./parse/index.ts";
export { Catalog, objectName, type CatalogModel, type CatalogObject, type CatalogTable, type CatalogView } from "./catalog.ts";
export { compileScript, type CompiledScript, type CompileOptions } from "./plan/compile.ts";
export { explain } from "./plan/explain.ts";
export type {
  CalcNode,
  ChangelogMode,
  CollectNode,
  ModelReference,
  OverNode,
  OverWindow,
  Plan,
  PlanNode,
  PredictNode,
  ScanField,
  ScanNode,
  SinkNode,
  TableColumn,
  TableReference as PlanTable,
  UnionNode,
  ValuesNode,
  WatermarkNode,
  WindowAggregateNode,
} from "./plan/plan.ts";
