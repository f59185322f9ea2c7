/**
 * `npm run generate`: builds, then writes the pages that are made of declarations; tests beside the declarations say when
 * they are out of date. `--shapes` also writes the tables of the services' inputs, which needs a python3 that has botocore.
 */
import { parseArgs } from "node:util";
import { install, run, tool } from "./run.mjs";

const { values } = parseArgs({ options: { shapes: { type: "boolean", default: false } } });
const generate = (label, script, ...parameters) => run(label, process.execPath, [`scripts/${script}.mjs`, ...parameters]);

install();
if (values.shapes) generate("shapes of Kinesis", "generate-shapes", "kinesis/2013-12-02", "src/fronts/kinesis/model.generated.ts");
run("build", tool("tsc"), ["-p", "tsconfig.json"]);
generate("connectors", "generate-connectors");
generate("functions", "generate-functions");
