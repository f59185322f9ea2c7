/** The door of the room. */
export type * from "./model.ts";
export type * from "./operator.ts";
export * from "./run/environment.ts";
export { Pipeline, type PipelineOutcome } from "./run/pipeline.ts";
export type { PipelineStatistics, SourceStatistics } from "./run/progress.ts";
