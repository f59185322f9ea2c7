export { BatchBuilder, encodeBatch, type BatchRecord, type RecordHeader } from "./builder.ts";
export { checkBatch, forEachRecord, readBatchHeader, readHeaders, type BatchHeader, type RecordView } from "./read.ts";
