// Goal: the declaration is whole, and a sink table that cannot be meant is refused with its reason.
import { expect, test } from "vitest";
import { parseOptions, type ConnectorContext } from "../../connector/index.ts";
import { checkDeclaration } from "../../connector/testing/index.ts";
import { createSimulatedPlatform } from "../../core/platform/sim/index.ts";
import { stringType } from "../../data/index.ts";
import { filesystemConnector } from "./connector.ts";

test("declaration", () => checkDeclaration(filesystemConnector));

test.each([
  [{ "auto-compaction": "true" }, [], "'sink.rolling-policy.file-size'"],
  [{ path: "lake/*.json" }, [], "no pattern"],
  [{ path: "s3://bucket/x" }, [], "local files"],
  [{}, ["day"], "nothing is left"],
])("refuses %j partitioned by %j", async (options, partitionedBy, text) => {
  const table = {
    name: "t",
    options: parseOptions(
      filesystemConnector.options,
      { path: "lake", format: "json", ...(options as unknown as Record<string, string>) },
      { connector: "filesystem", table: "t" },
    ),
    schema: { fields: [{ name: "day", type: stringType() }] },
    partitionedBy,
    primaryKey: null,
  };
  const context = { platform: createSimulatedPlatform(), baseDirectory: "/base", workDirectory: "/work", scope: "job/t" } as unknown as ConnectorContext;
  await expect(filesystemConnector.sink!(table, context)).rejects.toThrow(text);
});
