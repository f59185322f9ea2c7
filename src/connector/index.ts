/** The door of the room. */
export type * from "./context.ts";
export type * from "./contract.ts";
export type * from "./dead-letters.ts";
export type * from "./embedded.ts";
export type * from "./options.ts";
