/** The door of the room. */
export type * from "./api.ts";
export { AdminClient } from "./client.ts";
export { SqlSessionClient, type ResultPage } from "./sql-client.ts";
