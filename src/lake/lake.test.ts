/**
 * Goal: queries over folders of files, streamed, bounded in time, given up at any moment; a child that dies is replaced and
 * never outlives its parent. Method: the compiled child (run the build before), real files, real signals.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodePlatform } from "../core/index.ts";
import { batchFromRows, decimalType, ParquetWriter, rowsOf, simpleType, stringType, timestampType, type DataType, type Schema } from "../data/index.ts";
import { folderView, openLake, readParquet, type Lake } from "./index.ts";

let directory: string;
let lake: Lake;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "headrace lake [it's]-"));
  lake = openLake({ clock: createNodePlatform().clock });
});
afterAll(async () => {
  await lake.close();
  rmSync(directory, { recursive: true });
});

async function all(sql: string, setup: readonly string[] = []): Promise<unknown[][]> {
  const query = await lake.query(sql, setup);
  const rows: unknown[][] = [];
  for (let chunk = await query.next(); chunk !== null; chunk = await query.next()) {
    for (let row = 0; row < chunk.count; row++) rows.push(chunk.columns.map((column) => column[row]));
  }
  return rows;
}

function writeParquet(path: string, schema: Schema, rows: readonly (readonly unknown[])[]): void {
  const writer = new ParquetWriter(schema);
  mkdirSync(resolve(path, ".."), { recursive: true });
  writeFileSync(path, Buffer.concat([...writer.write(batchFromRows(schema, rows)), ...writer.finish()]));
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 500) throw new Error("it did not happen within 10 s");
    await new Promise((done) => setTimeout(done, 20));
  }
}

describe("folders", () => {
  it("are views with their key=value folders as columns, without hidden files", async () => {
    const schema: Schema = { fields: [{ name: "id", type: simpleType("integer") }] };
    writeParquet(join(directory, "p", "day=2024-02-29", "a.parquet"), schema, [[1], [2]]);
    writeParquet(join(directory, "p", "day=2024-03-01", "b.parquet"), schema, [[3]]);
    writeFileSync(join(directory, "p", "day=2024-03-01", ".c.parquet"), "not published");
    expect(await all(`SELECT id, day::VARCHAR FROM "it's" ORDER BY id`, [folderView("it's", join(directory, "p"), "parquet")])).toEqual([
      [1, "2024-02-29"],
      [2, "2024-02-29"],
      [3, "2024-03-01"],
    ]);
  });

  it("hold JSON and CSV too", async () => {
    mkdirSync(join(directory, "j"));
    mkdirSync(join(directory, "c"));
    writeFileSync(join(directory, "j", "a.json"), '{"id":1,"t":"x"}\n{"id":2,"t":"y"}\n');
    writeFileSync(join(directory, "c", "a.csv"), "1,x\n2,y\n");
    expect(await all("SELECT id, t FROM j ORDER BY id", [folderView("j", join(directory, "j"), "json")])).toEqual([
      [1n, "x"],
      [2n, "y"],
    ]);
    expect(await all("SELECT id, t FROM c ORDER BY id", [folderView("c", join(directory, "c"), "csv", ["id", "t"])])).toEqual([
      [1n, "x"],
      [2n, "y"],
    ]);
  });
});

describe("queries", () => {
  it("fail with DuckDB's words", async () => {
    await expect(all("SELECT nosuch FROM range(3) t(x)")).rejects.toMatchObject({ code: "sql-invalid", message: expect.stringContaining("nosuch") as string });
    await expect(all("SELECT error('in the middle') FROM range(3)")).rejects.toMatchObject({ code: "sql-invalid" });
  });

  it("stream: the first rows of very many come at once, the rest is given up", async () => {
    const query = await lake.query("SELECT range FROM range(100_000_000_000)");
    expect((await query.next())!.count).toBeGreaterThan(0);
    const pending = query.next();
    query.close();
    await pending;
    expect(await query.next()).toBeNull();
    expect(await all("SELECT 1::INTEGER")).toEqual([[1]]);
  });

  it("end at their time limit, and the lake goes on", async () => {
    const started = performance.now();
    const forever = "SELECT count(*) FROM range(100_000_000_000) a WHERE range % 7 = 3";
    const run = async (): Promise<unknown> => (await lake.query(forever, [], { timeLimitMs: 150 })).next();
    await expect(run()).rejects.toMatchObject({ code: "limit-exceeded", message: "the query took longer than 150 ms" });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await all("SELECT 2::INTEGER")).toEqual([[2]]);
  });

  it("are given up by a signal", async () => {
    const controller = new AbortController();
    const forever = lake.query("SELECT count(*) FROM range(100_000_000_000) a WHERE range % 7 = 3", [], { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await expect(forever).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(lake.query("SELECT 1", [], { signal: controller.signal })).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("run side by side", async () => {
    const sums = await Promise.all([1, 2, 3].map((factor) => all(`SELECT sum(range * ${factor})::BIGINT FROM range(100_000)`)));
    expect(sums).toEqual([1n, 2n, 3n].map((factor) => [[4_999_950_000n * factor]]));
  });
});

describe("the child", () => {
  it("is replaced after it died; what ran fails", async () => {
    await all("SELECT 1");
    const killed = lake.processId!;
    const query = await lake.query("SELECT range FROM range(100_000_000)");
    process.kill(killed, "SIGKILL");
    await expect(
      (async () => {
        while ((await query.next()) !== null);
      })(),
    ).rejects.toMatchObject({ code: "internal", message: expect.stringContaining("SIGKILL") as string });
    expect(await all("SELECT 3::INTEGER")).toEqual([[3]]);
    expect(lake.processId).not.toBe(killed);
  });

  it("ends with its parent, however that ends", async () => {
    const program = `import { openLake } from ${JSON.stringify(pathToFileURL(resolve(import.meta.dirname, "../../dist/lake/index.js")).href)};
      const lake = openLake(); lake.query("SELECT count(*) FROM range(100_000_000_000) WHERE range % 7 = 3").catch(() => {}); console.log(lake.processId); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    const child = Number(await new Promise<string>((done) => parent.stdout.once("data", (bytes: Buffer) => done(bytes.toString()))));
    expect(isRunning(child)).toBe(true);
    parent.kill("SIGKILL");
    await until(() => !isRunning(child));
  });

  it("does not keep an idle parent running", async () => {
    const program = `import { openLake } from ${JSON.stringify(pathToFileURL(resolve(import.meta.dirname, "../../dist/lake/index.js")).href)};
      const query = await openLake().query("SELECT 42::INTEGER"); console.log((await query.next()).columns[0][0]);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    parent.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()));
    expect(await new Promise((done) => parent.once("exit", done))).toBe(0);
    expect(output).toBe("42\n");
  });
});

describe("readParquet", () => {
  const types: [DataType, (row: number) => unknown][] = [
    [simpleType("boolean"), (row) => row % 2 === 0],
    [simpleType("tinyint"), (row) => (row % 256) - 128],
    [simpleType("smallint"), (row) => row - 1000],
    [simpleType("integer"), (row) => row * 1000 - 5],
    [simpleType("bigint"), (row) => BigInt(row) * 1_000_000n - 7n],
    [simpleType("float"), (row) => Math.fround(row / 7)],
    [simpleType("double"), (row) => row / 7],
    [stringType(), (row) => (row % 3 === 0 ? `ключ ${row} that is longer than twelve bytes` : `s${row}`)],
    [{ kind: "varbinary", length: 100, nullable: true }, (row) => new Uint8Array([row & 255, 0])],
    [simpleType("date"), (row) => row - 2000],
    [{ kind: "time", precision: 3, nullable: true }, (row) => row],
    [timestampType(3), (row) => row * 1234 - 1_000_000],
    [timestampType(6), (row) => BigInt(row) * 1000n - 1_000_000n],
    [{ kind: "timestamp-ltz", precision: 3, nullable: true }, (row) => row * 1234],
    [decimalType(9, 2), (row) => BigInt(row) - 100n],
    [decimalType(18, 6), (row) => BigInt(row) * 10n ** 14n],
    [decimalType(30, 5), (row) => BigInt(row) * 10n ** 20n],
  ];
  const schema: Schema = { fields: types.map(([type], index) => ({ name: `column "${index}"`, type })) };
  const rows = Array.from({ length: 5_000 }, (_, row) => types.map(([, value], index) => ((row + index) % 11 === 0 ? null : value(row))));

  it("gives every type, NULL included, from any row on", async () => {
    const path = join(directory, "all types.parquet");
    writeParquet(path, schema, rows);
    for (const fromRow of [0, 4_321]) {
      const reader = await readParquet(lake, path, schema, fromRow);
      const read: unknown[][] = [];
      for (let batch = await reader.next(); batch !== null; batch = await reader.next()) read.push(...rowsOf(batch));
      expect(read).toEqual(rows.slice(fromRow));
    }
  });

  it("keeps a BIGINT beyond 2^53 whole, and names a column that is not there", async () => {
    const big: Schema = { fields: [{ name: "id", type: simpleType("bigint") }] };
    const path = join(directory, "big.parquet");
    writeParquet(path, big, [[2n ** 62n + 1n], [-3n], [null]]);
    expect(rowsOf((await (await readParquet(lake, path, big, 0)).next())!)).toEqual([[2n ** 62n + 1n], [-3n], [null]]);
    await expect(readParquet(lake, path, { fields: [{ name: "nosuch", type: stringType() }] }, 0)).rejects.toMatchObject({
      code: "sql-invalid",
      message: expect.stringContaining("nosuch") as string,
    });
    const narrow: Schema = { fields: [{ name: "id", type: simpleType("tinyint") }] };
    await expect(readParquet(lake, path, narrow, 0).then((reader) => reader.next())).rejects.toMatchObject({ code: "sql-invalid" });
  });
});
