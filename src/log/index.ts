/** The door of the room. */
export type * from "./entries.ts";
export type * from "./log.ts";
