/** The door of the folder. */
export * from "./accumulator.ts";
export * from "./calls.ts";
export * from "./held-value.ts";
export * from "./results.ts";
export * from "./value-order.ts";
export * from "./values.ts";
