/** boto3 against a server process: sns.py runs the cases, this file starts the server and judges. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { allowed, conformanceCase } from "../support/cases.ts";
import { findBoto3 } from "../../clients.ts";
import { haveBuild, type ServerProcess, startServer } from "../support/server.ts";

const list = allowed(import.meta.dirname);
const names = ["subscribe, publish, be notified", "errors by their classes", "topics by pages"];
const python = haveBuild() ? findBoto3() : null;

describe.skipIf(python === null)("boto3, SNS", () => {
  let server: ServerProcess;
  const results = new Map<string, { ok: boolean; detail: string }>();
  beforeAll(async () => {
    server = await startServer();
    const { stdout } = await promisify(execFile)(python!, [join(import.meta.dirname, "sns.py"), server.url], { maxBuffer: 1 << 24 });
    for (const line of stdout.trim().split("\n")) {
      const result = JSON.parse(line) as { name: string; ok: boolean; detail: string };
      results.set(result.name, result);
    }
  }, 120_000);
  afterAll(() => server?.stop());

  for (const name of names) conformanceCase(list, name, () => expect(results.get(name)).toEqual({ name, ok: true, detail: "" }));
});
