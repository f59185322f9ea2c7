export type * from "./ast.ts";
export { parseDataType, parseExpression, parseScript, parseStatement } from "./parse.ts";
export { printExpression } from "./print/expressions.ts";
export { printScript, printStatement } from "./print/statements.ts";
export { printType } from "./print/types.ts";
