/** The door of the folder. */
export * from "./byte-index.ts";
export * from "./codec.ts";
export * from "./column-log.ts";
export * from "./key-columns.ts";
export * from "./key-index.ts";
export * from "./lanes.ts";
export * from "./record-store.ts";
export * from "./ring-columns.ts";
export * from "./scalars.ts";
export * from "./snapshot.ts";
export * from "./value-cell.ts";
export * from "./word-index.ts";
