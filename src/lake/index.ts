/** The door of the room. */
export { folderView, openLake, quoteName, quoteText, type Lake, type LakeQuery, type LakeRows } from "./lake.ts";
export type { LakeColumn } from "./messages.ts";
export { readParquet, type ParquetReader } from "./read-parquet.ts";
