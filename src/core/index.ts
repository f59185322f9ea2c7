/** The door of the room. */
export { compiledEntry } from "./compiled-entry.ts";
export { crc32c, crc32cByTables } from "./crc32c.ts";
export * from "./errors.ts";
export { createLogger, type Logger } from "./logger.ts";
export { createMetrics, type Counter, type Gauge, type Histogram, type Labels, type Metrics } from "./metrics.ts";
export { createNodePlatform } from "./platform/node.ts";
export * from "./platform/platform.ts";
export { editDistance, nearestName } from "./suggestion.ts";
