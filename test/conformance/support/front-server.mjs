#!/usr/bin/env node
// The Kinesis front on a real log and nothing else, from a build: what the whole server adds does not count here.
//
// usage: node test/conformance/support/front-server.mjs DATA_FOLDER [--port 0] [--dist dist] [--access-key ID --secret-key SECRET]
// Prints the ready line of `headrace server --json`; SIGTERM ends it with 0.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: "0" },
    dist: { type: "string", default: resolve(import.meta.dirname, "../../../dist") },
    "access-key": { type: "string" },
    "secret-key": { type: "string" },
  },
});
const load = (path) => import(pathToFileURL(resolve(values.dist, path)).href);
const { createNodePlatform } = await load("core/index.js");
const { openLog } = await load("log/index.js");
const { createAwsServer } = await load("fronts/aws/index.js");
const { createKinesisService } = await load("fronts/kinesis/index.js");

const platform = createNodePlatform();
const directory = resolve(positionals[0]);
const log = await openLog({ platform, directory });
const credentials = values["access-key"] === undefined ? [] : [{ accessKeyId: values["access-key"], secretAccessKey: values["secret-key"] }];
const logger = { warn: (fields, text) => console.error(text, fields), error: (fields, text) => console.error(text, fields) };
const kinesis = createKinesisService({ log, platform, region: "us-east-1", accountId: "000000000000" });
const server = createAwsServer({ platform, services: [kinesis], credentials, logger });
const { url } = await server.listen({ host: "127.0.0.1", port: Number(values.port) });
process.on("SIGTERM", async () => {
  await server.close();
  await log.close();
  process.exit(0);
});
console.log(JSON.stringify({ event: "ready", aws: url, data: directory, pid: process.pid }));
