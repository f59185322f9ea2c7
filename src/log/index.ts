/** The door of the room. */
export type * from "./entries.ts";
export type * from "./log.ts";
export { openLog, type OpenLogOptions, type OwnedLog } from "./open.ts";
export { defaultLogOptions, type LogOptions } from "./options.ts";
export * from "./records/index.ts";
export {
  advanceSequenceNumber,
  endingSequenceNumber,
  parseSequenceNumber,
  sequenceNumber,
  startingSequenceNumber,
  type SequencePosition,
} from "./sequence-number.ts";
export { connectLog, serveLog, type RemoteLog } from "./remote/index.ts";
