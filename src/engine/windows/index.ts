/** The door of the folder. */
export { createOverOperator, OverOperator } from "./over.ts";
