/** The door of the room. */
export { compileJob, explainJob, type CompiledJob } from "./compile.ts";
export type { JobDefinition, JobState, JobStatus } from "./job.ts";
export { JobManager, type JobManagerOptions } from "./manager.ts";
export { baseDirectoryProperty, QueryService, type QueryServiceOptions } from "./query/index.ts";
export { pipelineSettings, settingDeclarations } from "./settings.ts";
