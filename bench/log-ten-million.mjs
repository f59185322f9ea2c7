// Ten million records of 200 bytes through one stream: memory every million, then the time a restart takes.
// Usage: npm run build && node bench/log-ten-million.mjs [--json] [--records 10000000] [--directory DIR]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createNodePlatform } from "../dist/core/index.js";
import { BatchBuilder, openLog } from "../dist/log/index.js";

const { values: flags } = parseArgs({
  options: { json: { type: "boolean", default: false }, records: { type: "string", default: "10000000" }, directory: { type: "string", default: tmpdir() } },
});
const total = Number(flags.records);
const recordsPerBatch = 500;
const appenders = 4;
const directory = mkdtempSync(join(flags.directory, "headrace-bench-"));
const platform = createNodePlatform();
const value = new Uint8Array(200).fill(120);
const memory = [];
const say = (text) => flags.json || console.log(text);

let log = await openLog({ platform, directory });
const { opened } = await log.commit([{ kind: "create-stream", stream: "bench", hashRanges: [{ start: 0n, end: (1n << 128n) - 1n }], retentionMs: 86_400_000 }]);
const shard = opened[0][0];
const startMs = performance.now();
let sent = 0;
let reported = 0;

async function append() {
  while (sent < total) {
    sent += recordsPerBatch;
    const builder = new BatchBuilder(recordsPerBatch * 220);
    for (let index = 0; index < recordsPerBatch; index++) builder.append(null, value, 1);
    await log.commit([{ kind: "append", shard, batch: builder.finish() }]);
    if (sent - reported >= total / 10) {
      reported += total / 10;
      const { rss, arrayBuffers, heapUsed } = process.memoryUsage();
      memory.push({
        records: reported,
        rssMib: Math.round(rss / 2 ** 20),
        arrayBuffersMib: Math.round(arrayBuffers / 2 ** 20),
        heapMib: Math.round(heapUsed / 2 ** 20),
      });
      say(JSON.stringify(memory.at(-1)));
    }
  }
}
await Promise.all(Array.from({ length: appenders }, append));
const appendSeconds = (performance.now() - startMs) / 1000;
await log.close();

const restartMs = performance.now();
log = await openLog({ platform, directory });
const restartSeconds = (performance.now() - restartMs) / 1000;
const { endOffset } = log.shard(shard);
const readMs = performance.now();
for (const offset of [0, total / 2, total - recordsPerBatch]) {
  const { batches } = await log.read({ shard, offset, bytesMax: 1 });
  if (batches[0].baseOffset > offset || batches[0].baseOffset + batches[0].recordCount <= offset) throw new Error(`offset ${offset} was not read`);
}
const threeReadsMs = performance.now() - readMs;
await log.close();
rmSync(directory, { recursive: true });
const result = {
  bench: "log-ten-million",
  records: endOffset,
  recordsPerSecond: Math.round(total / appendSeconds),
  restartSeconds: Number(restartSeconds.toFixed(3)),
  threeReadsMs: Number(threeReadsMs.toFixed(1)),
  memory,
};
console.log(JSON.stringify(result));
if (endOffset !== total) throw new Error(`${endOffset} records instead of ${total}`);
