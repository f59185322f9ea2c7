// Goal: the one port serves TLS beside plain HTTP, whatever the pieces a handshake comes in, and nothing that pretends to be
// one harms it. Method: real sockets; the certificate is the one that the SNS front makes.
import { generateKeyPairSync } from "node:crypto";
import { Agent, request } from "node:https";
import { connect as connectPlain, createServer, type AddressInfo, type Socket } from "node:net";
import { connect as connectSecure, type TLSSocket } from "node:tls";
import { afterEach, expect, it } from "vitest";
import { selfSignedCertificate } from "./certificate.ts";
import { createAwsServer, type AwsServer, type AwsService } from "../aws/index.ts";
import { manualPlatform } from "../aws/testing/manual-platform.ts";

const nowMs = Date.UTC(2026, 0, 2);
const { privateKey: key } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const year = 365 * 86_400_000;
const certificate = selfSignedCertificate({
  privateKey: key,
  commonName: "test",
  hosts: ["127.0.0.1"],
  serialNumber: new Uint8Array(16).fill(1),
  notBeforeMs: Date.now() - year,
  notAfterMs: Date.now() + year,
});

const service: AwsService = {
  name: "echo",
  json: { targetPrefix: "Echo", handle: (operation, { body }) => ({ body: JSON.stringify({ operation, bytes: body.length }) }) },
};
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(tls = true): Promise<{ server: AwsServer; port: number }> {
  const options = { platform: manualPlatform(nowMs), services: [service], ...(tls ? { tls: { key, certificate } } : {}) };
  const server = createAwsServer(options);
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  closers.push(() => server.close());
  return { server, port };
}

function secureRequest(port: number, bytes: number, agent?: Agent): Promise<{ status: number; text: string; reused: boolean }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "Echo.Hello", "content-length": bytes };
    const sent = request(
      { host: "127.0.0.1", port, method: "POST", headers, ca: certificate, ...(agent === undefined ? { agent: false } : { agent }) },
      (response) => {
        let text = "";
        response.on("data", (part: Buffer) => (text += part.toString()));
        response.on("end", () => resolve({ status: response.statusCode!, text, reused: sent.reusedSocket }));
      },
    );
    sent.on("error", reject);
    sent.end(Buffer.alloc(bytes, "x"));
  });
}

const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.resume();
  });

it("answers over TLS and keeps the connection, large bodies included", async () => {
  const { port } = await start();
  const agent = new Agent({ keepAlive: true });
  closers.push(() => agent.destroy());
  for (const [index, bytes] of [0, 70_000, 5_000_000].entries())
    expect(await secureRequest(port, bytes, agent)).toEqual({ status: 200, text: JSON.stringify({ operation: "Hello", bytes }), reused: index > 0 });
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "Echo.Plain" },
  });
  expect(await answer.json()).toEqual({ operation: "Plain", bytes: 0 });
});

it("takes a handshake that comes byte by byte", async () => {
  const { port } = await start();
  const relay = createServer((from) => {
    const to = connectPlain(port, "127.0.0.1");
    to.setNoDelay(true);
    to.pipe(from);
    from.on("error", () => {}).on("close", () => to.destroy());
    to.on("error", () => {});
    let queue = Promise.resolve();
    let sent = 0;
    from.on("data", (bytes: Buffer) => {
      queue = queue.then(async () => {
        for (; sent < 40 && bytes.length > 0; sent++) {
          to.write(bytes.subarray(0, 1));
          bytes = bytes.subarray(1);
          await new Promise((resolve) => setImmediate(resolve));
        }
        to.write(bytes);
      });
    });
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  closers.push(() => relay.close());
  expect((await secureRequest((relay.address() as AddressInfo).port, 10)).status).toBe(200);
});

it("drops what only looks like a handshake, and serves on", async () => {
  const { port } = await start();
  const socket = connectPlain(port, "127.0.0.1", () => socket.write(Buffer.concat([Buffer.from([22, 3, 1, 0, 5]), Buffer.alloc(100, 7)])));
  await ended(socket);
  expect((await secureRequest(port, 1)).status).toBe(200);
});

it("speaks no TLS without a certificate", async () => {
  const { port } = await start(false);
  await expect(secureRequest(port, 1)).rejects.toThrow();
});

it("close ends idle TLS connections, and those that never finish their handshake", async () => {
  const { server, port } = await start();
  const idle = await new Promise<TLSSocket>((resolve) => {
    const socket = connectSecure({ host: "127.0.0.1", port, ca: certificate }, () => resolve(socket));
  });
  const unfinished = connectPlain(port, "127.0.0.1", () => unfinished.write(Buffer.from([22, 3, 1])));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const ends = Promise.all([ended(idle), ended(unfinished)]);
  await server.close();
  await ends;
});
