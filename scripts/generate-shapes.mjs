#!/usr/bin/env node
// Writes a service's operations and input shapes from its published model (botocore's data) as a TypeScript table.
//
// usage: node scripts/generate-shapes.mjs SERVICE/VERSION OUT.generated.ts [--model service-2.json[.gz]]
//   e.g. node scripts/generate-shapes.mjs kinesis/2013-12-02 src/fronts/kinesis/model.generated.ts
// Without --model the file is looked up in the botocore that python3 imports.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const [service, out, ...rest] = process.argv.slice(2);
if (service === undefined || out === undefined) {
  console.error("usage: node scripts/generate-shapes.mjs SERVICE/VERSION OUT.generated.ts [--model FILE]");
  process.exit(2);
}
const modelPath = rest[0] === "--model" ? rest[1] : findModel(service);
const bytes = readFileSync(modelPath);
const model = JSON.parse((modelPath.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));

function findModel(name) {
  const folder = execFileSync("python3", ["-c", "import botocore, os; print(os.path.dirname(botocore.__file__))"], { encoding: "utf8" }).trim();
  const base = `${folder}/data/${name}/service-2.json`;
  return existsSync(base) ? base : `${base}.gz`;
}

const kept = {};
/** Keeps the parts of a shape that decide whether an input is valid, and all shapes it refers to. */
function keep(name) {
  if (kept[name] !== undefined) return;
  const shape = model.shapes[name];
  const entry = { type: shape.type };
  kept[name] = entry;
  for (const bound of ["min", "max", "pattern", "enum"]) if (shape[bound] !== undefined) entry[bound] = shape[bound];
  if (shape.type === "structure") {
    entry.members = Object.fromEntries(Object.entries(shape.members).map(([member, { shape: target }]) => [member, target]));
    if (shape.required?.length > 0) entry.required = shape.required;
    for (const target of Object.values(entry.members)) keep(target);
  }
  if (shape.type === "list") keep((entry.member = shape.member.shape));
  if (shape.type === "map") {
    keep((entry.key = shape.key.shape));
    keep((entry.value = shape.value.shape));
  }
}

const operations = {};
for (const [name, operation] of Object.entries(model.operations)) {
  operations[name] = operation.input?.shape ?? null;
  if (operation.input !== undefined) keep(operation.input.shape);
}

const line = ([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`;
const { apiVersion, targetPrefix, serviceId, xmlNamespace } = model.metadata;
const sorted = (object) => Object.entries(object).sort(([left], [right]) => (left < right ? -1 : 1));
writeFileSync(
  out,
  [
    `// Made by scripts/generate-shapes.mjs from the published model of ${serviceId}, API version ${apiVersion}. Do not edit.`,
    `import type { ServiceModel } from "../aws/index.ts";`,
    "",
    "export const model: ServiceModel = {",
    `  apiVersion: ${JSON.stringify(apiVersion)},`,
    `  targetPrefix: ${JSON.stringify(targetPrefix ?? null)},`,
    `  xmlNamespace: ${JSON.stringify(xmlNamespace ?? null)},`,
    "  operations: {",
    ...sorted(operations).map(line),
    "  },",
    "  shapes: {",
    ...sorted(kept).map(line),
    "  },",
    "};",
    "",
  ].join("\n"),
);
console.error(`${out}: ${Object.keys(operations).length} operations, ${Object.keys(kept).length} shapes`);
