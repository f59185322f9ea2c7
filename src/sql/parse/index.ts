export type * from "./ast.ts";
export { parseDataType, parseExpression, parseScript, parseStatement } from "./parse.ts";
