export * from "./errors.ts";
export * from "./platform/index.ts";
