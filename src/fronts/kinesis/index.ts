export type { KinesisOptions, KinesisSettings } from "./context.ts";
export { createKinesisService } from "./service.ts";
