/**
 * A lean client of the Kinesis API for the examples' data: one kept-alive connection a stream, JSON, no signature. Use an AWS
 * SDK in your own code; it costs several times as much processor time per record, which matters only when data are replayed
 * as fast as they go.
 */
import { Agent, request } from "node:http";

export class KinesisClient {
  #url;
  #agent = new Agent({ keepAlive: true, maxSockets: 4 });

  /** @param {string} endpoint such as "http://127.0.0.1:4566" */
  constructor(endpoint) {
    this.#url = new URL(endpoint);
  }

  /**
   * @param {string} operation @param {object | string} input
   * @returns {Promise<any>} rejects with an error whose `code` is AWS's type, or with that of the connection
   */
  call(operation, input) {
    const body = typeof input === "string" ? input : JSON.stringify(input);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: this.#url.hostname,
          port: this.#url.port,
          method: "POST",
          path: "/",
          agent: this.#agent,
          headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `Kinesis_20131202.${operation}`, "content-length": Buffer.byteLength(body) },
        },
        (incoming) => {
          const parts = [];
          incoming.on("data", (part) => parts.push(part));
          incoming.on("error", reject);
          incoming.on("end", () => {
            const text = Buffer.concat(parts).toString("utf8");
            const answer = text === "" ? {} : JSON.parse(text);
            if (incoming.statusCode === 200) resolve(answer);
            else reject(Object.assign(new Error(`${operation}: ${answer.__type}: ${answer.message ?? answer.Message}`), { code: answer.__type }));
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  /** Makes the stream unless it is there. @param {string} name @param {number} shards */
  async ensureStream(name, shards) {
    try {
      await this.call("CreateStream", { StreamName: name, ShardCount: shards });
    } catch (error) {
      if (error.code !== "ResourceInUseException") throw error;
    }
  }

  /**
   * Puts lines in their order, all or none: what the stream refuses for the moment is an error here, since sending it later
   * would change the order.
   * @param {string} stream @param {readonly string[]} keys @param {readonly Uint8Array[]} lines at most 500
   */
  async put(stream, keys, lines) {
    if (lines.length === 0) return;
    let body = `{"StreamName":${JSON.stringify(stream)},"Records":[`;
    for (let index = 0; index < lines.length; index++) {
      body += `${index === 0 ? "" : ","}{"Data":"${Buffer.from(lines[index]).toString("base64")}","PartitionKey":${JSON.stringify(keys[index])}}`;
    }
    const answer = await this.call("PutRecords", `${body}]}`);
    if (answer.FailedRecordCount > 0) throw new Error(`${answer.FailedRecordCount} records of ${stream} were refused`);
  }

  /**
   * The newest record of each shard that has one, as parsed JSON: where a producer that was cut off goes on.
   * @param {string} stream @returns {Promise<any[]>}
   */
  async newest(stream) {
    const { Shards } = await this.call("ListShards", { StreamName: stream });
    const found = await Promise.all(Shards.map(({ ShardId }) => this.#newestOf(stream, ShardId)));
    return found.filter((record) => record !== null);
  }

  async #newestOf(stream, shard) {
    // Looks back in growing steps, so that a long stream is not read whole.
    for (let secondsBack = 2; ; secondsBack *= 8) {
      const all = secondsBack > 1e6;
      const start = all ? { ShardIteratorType: "TRIM_HORIZON" } : { ShardIteratorType: "AT_TIMESTAMP", Timestamp: Date.now() / 1000 - secondsBack };
      let { ShardIterator: iterator } = await this.call("GetShardIterator", { StreamName: stream, ShardId: shard, ...start });
      let last = null;
      for (;;) {
        const { Records, NextShardIterator, MillisBehindLatest } = await this.call("GetRecords", { ShardIterator: iterator, Limit: 10_000 });
        if (Records.length > 0) last = Records.at(-1);
        iterator = NextShardIterator;
        if (iterator === undefined || (Records.length === 0 && MillisBehindLatest === 0)) break;
      }
      if (last !== null) return JSON.parse(Buffer.from(last.Data, "base64").toString("utf8"));
      if (all) return null;
    }
  }

  close() {
    this.#agent.destroy();
  }
}

/** Resolves once so much wall time has passed as `eventMs` of event time take at `speed`. 0: at once. */
export function paced(speed) {
  const startMs = performance.now();
  let firstEventMs = NaN;
  return async (eventMs, signal) => {
    if (speed === 0) return;
    if (Number.isNaN(firstEventMs)) firstEventMs = eventMs;
    const waitMs = (eventMs - firstEventMs) / speed - (performance.now() - startMs);
    if (waitMs < 1) return;
    await new Promise((resolve) => {
      const timer = setTimeout(done, waitMs);
      function done() {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      }
      signal?.addEventListener("abort", done);
    });
  };
}
