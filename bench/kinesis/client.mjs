// A client that costs little: bodies made beforehand, keep-alive connections, and a signature that only looks like one
// (neither server checks it without credentials).
import { randomBytes } from "node:crypto";
import { Agent, request } from "node:http";

const authorization = "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host;x-amz-date, Signature=00";

export class Client {
  constructor(url, connections) {
    const { hostname, port } = new URL(url);
    this.target = { hostname, port };
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Answers the body's bytes; throws what the server says it did not like. */
  send(operation, body) {
    return new Promise((done, fail) => {
      const outgoing = request(
        {
          ...this.target,
          method: "POST",
          path: "/",
          agent: this.agent,
          headers: {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": `Kinesis_20131202.${operation}`,
            "x-amz-date": "20260101T000000Z",
            authorization,
            "content-length": body.length,
          },
        },
        (response) => {
          const chunks = [];
          response.on("data", (chunk) => chunks.push(chunk));
          response.on("end", () => {
            const answer = Buffer.concat(chunks);
            if (response.statusCode === 200) done(answer);
            else fail(new Error(`${operation}: ${response.statusCode} ${answer}`));
          });
        },
      );
      outgoing.on("error", fail);
      outgoing.end(body);
    });
  }

  async call(operation, input) {
    const answer = await this.send(operation, Buffer.from(JSON.stringify(input)));
    return answer.length === 0 ? null : JSON.parse(answer);
  }

  async createStream(name, shardCount) {
    await this.call("CreateStream", { StreamName: name, ShardCount: shardCount });
    for (;;) {
      const { StreamDescription: stream } = await this.call("DescribeStream", { StreamName: name });
      if (stream.StreamStatus === "ACTIVE") return stream.Shards;
      await new Promise((again) => setTimeout(again, 20));
    }
  }

  close() {
    this.agent.destroy();
  }
}

/** Request bodies of `count` records of `recordBytes` random bytes, every key another. */
export function putRecordsBodies(stream, bodies, count, recordBytes) {
  return Array.from({ length: bodies }, (_, body) =>
    Buffer.from(
      JSON.stringify({
        StreamName: stream,
        Records: Array.from({ length: count }, (__, record) => ({
          Data: randomBytes(recordBytes).toString("base64"),
          PartitionKey: `user-${body * 7919 + record}`,
        })),
      }),
    ),
  );
}

export function putRecordBodies(stream, bodies, recordBytes) {
  return Array.from({ length: bodies }, (_, body) =>
    Buffer.from(JSON.stringify({ StreamName: stream, Data: randomBytes(recordBytes).toString("base64"), PartitionKey: `user-${body}` })),
  );
}

/** Sends `total` requests, `inFlight` at a time; answers wall seconds and latencies in ms, sorted. */
export async function pump(client, operation, bodies, total, inFlight, check) {
  let sent = 0;
  const latenciesMs = [];
  const start = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (sent < total) {
        const body = bodies[sent++ % bodies.length];
        const sentAt = performance.now();
        const answer = await client.send(operation, body);
        latenciesMs.push(performance.now() - sentAt);
        check?.(answer);
      }
    }),
  );
  return { seconds: (performance.now() - start) / 1000, latenciesMs: latenciesMs.sort((left, right) => left - right) };
}
