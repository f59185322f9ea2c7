/** The door of the room. */
export type * from "./operator.ts";
