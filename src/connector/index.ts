/** The door of the room. */
export * from "./append-builder.ts";
export * from "./cell-text.ts";
export type * from "./context.ts";
export type * from "./contract.ts";
export * from "./dead-letter-buffer.ts";
export type * from "./dead-letters.ts";
export * from "./durable-folders.ts";
export type * from "./embedded.ts";
export * from "./format-options.ts";
export * from "./internal-streams.ts";
export * from "./option-parser.ts";
export type * from "./options.ts";
export * from "./quantities.ts";
export * from "./reference.ts";
export * from "./retry.ts";
export * from "./row-encoders.ts";
