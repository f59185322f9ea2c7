import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger, createNodePlatform } from "../../core/index.ts";
import type { SqlSession } from "../../fronts/index.ts";
import { openLake, type Lake } from "../../lake/index.ts";
import { BatchBuilder, openLog, type Log } from "../../log/index.ts";
import { JobManager } from "../manager.ts";
import { baseDirectoryProperty, QueryService } from "./index.ts";

const platform = createNodePlatform();
let directory: string;
let log: Log;
let lake: Lake;
let jobs: JobManager;
let service: QueryService;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "headrace-query-"));
  log = await openLog({ platform, directory: join(directory, "data") });
  lake = openLake();
  jobs = new JobManager({ platform, log, dataDirectory: join(directory, "data"), logger: createLogger("test"), awsEndpoint: () => null });
  service = new QueryService({ platform, log, lake, jobs, dataDirectory: join(directory, "data"), awsEndpoint: () => null });
  await log.commit([{ kind: "create-stream", stream: "cards", hashRanges: [{ start: 0n, end: (1n << 128n) - 1n }], retentionMs: null }]);
  const batch = new BatchBuilder();
  for (let number = 0; number < 5000; number++)
    batch.append(null, Buffer.from(number === 4711 ? "no JSON" : `{"card":"c${number % 3}","amount":${number}}`), 1000);
  await log.commit([{ kind: "append", shard: log.stream("cards")!.shards[0], batch: batch.finish() }]);
});

afterAll(async () => {
  await jobs.close();
  await lake.close();
  await log.close();
  await rm(directory, { recursive: true });
});

function session(): SqlSession {
  return { handle: "s", properties: new Map([[baseDirectoryProperty, directory]]) };
}

async function rows(statement: string, within = session()): Promise<unknown[][]> {
  const result = await service.execute(statement, within);
  const all: unknown[][] = [];
  for (let page = await result.next(); page !== null; page = await result.next()) all.push(...page.map(({ fields }) => [...fields]));
  await result.close();
  return all;
}

const cards = `CREATE TABLE c (card STRING, amount BIGINT) WITH ('connector' = 'stream', 'stream' = 'cards', 'format' = 'json')`;

describe("queries over streams", () => {
  it("reads a stream that no script declares as text", async () => {
    expect(await rows("SELECT data, shard_id FROM cards LIMIT 1")).toEqual([['{"card":"c0","amount":0}', "shardId-000000000000"]]);
  });

  it("ends at what is stored, says what it left out, and leaves nothing behind", async () => {
    const one = session();
    await rows(cards, one);
    const result = await service.execute("SELECT amount FROM c WHERE card = 'c1'", one);
    let count = 0;
    for (let page = await result.next(); page !== null; page = await result.next()) count += page.length;
    expect(count).toBe([...Array(5000).keys()].filter((number) => number % 3 === 1 && number !== 4711).length);
    expect(result.warnings?.()).toEqual(["1 records could not be decoded and are not in the result"]);
    expect(log.streams().filter(({ name }) => name.startsWith("$state/query-"))).toEqual([]);
    expect(log.table("epochs").entries("query-")).toEqual([]);
  });

  it("keeps what a session defines to that session", async () => {
    const one = session();
    await rows(cards, one);
    expect(await rows("SHOW TABLES", one)).toEqual([["c"], ["cards"]]);
    expect(await rows("SHOW TABLES")).toEqual([["cards"]]);
    expect((await rows("DESCRIBE c", one)).map(([name, type]) => [name, type])).toEqual([
      ["card", "STRING"],
      ["amount", "BIGINT"],
    ]);
    await expect(rows("SELECT nothing FROM c", one)).rejects.toMatchObject({ code: "sql-invalid" });
  });

  it("refuses what outlives a session", async () => {
    await expect(rows("INSERT INTO x SELECT data FROM cards")).rejects.toMatchObject({ code: "sql-unsupported", hint: "headrace run FILE.sql --attach" });
  });
});

describe("queries over the lake", () => {
  it("groups and sorts files by their path, and by a session's table", async () => {
    const write = await lake.query(
      `COPY (SELECT i AS n, 'd' || (i % 2) AS "day" FROM range(10) r(i)) TO '${join(directory, "out")}' (FORMAT parquet, PARTITION_BY ("day"))`,
    );
    while ((await write.next()) !== null);
    expect(await rows("SELECT count(*) FROM 'out/**/*.parquet'")).toEqual([[10n]]);
    const one = session();
    await rows(
      "CREATE TABLE numbers (n BIGINT, `day` STRING) PARTITIONED BY (`day`) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'parquet')",
      one,
    );
    expect(await rows("SELECT `day`, SUM(n) AS s FROM numbers GROUP BY `day` ORDER BY `day` DESC", one)).toMatchObject([
      ["d1", expect.anything()],
      ["d0", expect.anything()],
    ]);
    await expect(
      rows("CREATE TABLE nobody (n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'nothing', 'format' = 'parquet')", one).then(() =>
        rows("SELECT COUNT(*) FROM nobody", one),
      ),
    ).rejects.toMatchObject({ code: "not-found" });
  });

  it("writes no file", async () => {
    await expect(rows(`COPY (SELECT 1) TO '${join(directory, "x.parquet")}'`)).rejects.toMatchObject({ code: "sql-syntax" });
    await expect(rows(`SELECT * FROM 'out/**/*.parquet'; COPY (SELECT 1) TO '${join(directory, "x.parquet")}'`)).rejects.toMatchObject({ code: "sql-syntax" });
  });
});
