/** The door of the room. */
export { defaultConfiguration, environmentName, readConfiguration, type ServerConfiguration } from "./configuration.ts";
export { startServer, type RunningServer, type ServerOptions } from "./server.ts";
