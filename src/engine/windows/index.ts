/** The door of the folder. */
export { createOverOperator, OverOperator } from "./over.ts";
export { createWindowAggregateOperator, WindowAggregateOperator } from "./window-aggregate.ts";
