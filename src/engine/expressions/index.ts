export { Calc, collectColumns, type CalcOptions } from "./calc.ts";
export { interpret, type Evaluator } from "./interpret.ts";
