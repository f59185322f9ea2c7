/** The door of the folder. */
export * from "./reorder.ts";
export * from "./row-buffer.ts";
export * from "./zone.ts";
