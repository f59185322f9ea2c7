/** Entry of the child process that holds DuckDB: messages in, messages out. */
import type { ChildSettings, LakeRequest } from "./messages.ts";
import { Queries } from "./queries.ts";

const queries = new Queries(JSON.parse(process.argv[2]) as ChildSettings, (answer) => process.send!(answer));
process.on("message", (request: LakeRequest) => queries.take(request));
// The parent is gone: nobody is left to ask, whatever is still running.
process.on("disconnect", () => process.exit(0));
