/** The conformance kit: what every connector has to pass. */
export * from "./crash.ts";
export * from "./declaration.ts";
export * from "./sink-driver.ts";
export * from "./source-driver.ts";
