/** The door of the room. */
export { openLake, type Lake, type LakeColumns, type LakeOptions, type LakeQuery, type LakeQueryOptions, type LakeRows } from "./lake.ts";
export type { LakeColumn } from "./messages.ts";
export { readParquet, type ParquetReader } from "./read-parquet.ts";
export { folderView, quoteName, quoteText } from "./statements.ts";
