/** The log for other threads. */
export { connectLog, type RemoteLog } from "./connect.ts";
export { serveLog } from "./serve.ts";
