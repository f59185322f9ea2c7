/** The door of the room. */
export * from "./dead-letter-files.ts";
export * from "./dead-letters.ts";
export * from "./reference-page.ts";
export * from "./registry.ts";
export * from "./sns/envelope.ts";
export * from "./sns/topics.ts";
