export { SqlError, formatSqlError, sourcePosition } from "./errors.ts";
export type { SourcePosition, SqlErrorCode, SqlErrorOptions } from "./errors.ts";
export type * from "./parse/ast.ts";
export { parseDataType, parseExpression, parseScript, parseStatement } from "./parse/index.ts";
