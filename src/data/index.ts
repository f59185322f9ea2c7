/** The door of the room. */
export * from "./batch.ts";
export * from "./columns.ts";
export * from "./dictionary.ts";
export * from "./formats/index.ts";
export * from "./types.ts";
