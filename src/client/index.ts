/** The door of the room. */
export type * from "./api.ts";
export { AdminClient } from "./client.ts";
