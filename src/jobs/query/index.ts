export { baseDirectoryProperty, QueryService, type QueryServiceOptions } from "./executor.ts";
