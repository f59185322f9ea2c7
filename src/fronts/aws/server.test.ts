import { createHash, createHmac } from "node:crypto";
import { request as http1Request } from "node:http";
import { connect as http2Connect, type ClientHttp2Session } from "node:http2";
import { connect as netConnect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { AwsError, type AwsCredential, type AwsServer, type AwsService, createAwsServer, queryResult } from "./index.ts";
import { manualPlatform } from "./testing/manual-platform.ts";

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const credential: AwsCredential = { accessKeyId: "AKID", secretAccessKey: "secret" };

const echo: AwsService = {
  name: "echo",
  json: {
    targetPrefix: "Echo_2020",
    handle(operation, request) {
      if (operation === "Fail") throw new AwsError("ResourceNotFoundException", "Nothing here.");
      if (operation === "Break") throw new TypeError("a defect");
      return { body: JSON.stringify({ operation, bytes: request.body.length, sum: createHash("md5").update(request.body).digest("hex") }) };
    },
  },
  query: {
    version: "2020-01-01",
    xmlNamespace: "http://echo/",
    actions: new Set(["Say", "Confirm"]),
    unsignedActions: new Set(["Confirm"]),
    handle(action, parameters, request) {
      return queryResult(action, "http://echo/", request.requestId, `<Text>${parameters.get("Text")}</Text>`);
    },
  },
  paths: { matches: (method, path) => method === "GET" && path === "/echo.pem", handle: () => ({ contentType: "text/plain", body: "PEM" }) },
};

let server: AwsServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function start(credentials: AwsCredential[] = [], limits = {}): Promise<{ host: string; port: number; url: string }> {
  server = createAwsServer({ platform: manualPlatform(nowMs), services: [echo], credentials, limits });
  return server.listen({ host: "127.0.0.1", port: 0 });
}

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
}

function send(url: string, method: string, path: string, headers: Record<string, string>, body: Buffer | string = ""): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http1Request(`${url}${path}`, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, text: Buffer.concat(chunks).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

function sendHttp2(session: ClientHttp2Session, headers: Record<string, string>, body: Buffer | string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":method": "POST", ":path": "/", ...headers });
    const chunks: Buffer[] = [];
    let received: Record<string, unknown> = {};
    stream.on("response", (responseHeaders) => (received = responseHeaders));
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => resolve({ status: Number(received[":status"]), headers: received, text: Buffer.concat(chunks).toString() }));
    stream.on("error", reject);
    stream.end(body);
  });
}

const target = (operation: string): Record<string, string> => ({ "content-type": "application/x-amz-json-1.1", "x-amz-target": `Echo_2020.${operation}` });

function signed(host: string, operation: string, body: string): Record<string, string> {
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
  const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
  const canonical = `POST\n/\n\nhost:${host}\nx-amz-date:20260102T030405Z\n\nhost;x-amz-date\n${sha(body)}`;
  const key = hmac(hmac(hmac(hmac("AWS4secret", "20260102"), "us-east-1"), "echo"), "aws4_request");
  const signature = hmac(key, `AWS4-HMAC-SHA256\n20260102T030405Z\n20260102/us-east-1/echo/aws4_request\n${sha(canonical)}`).toString("hex");
  return {
    ...target(operation),
    "x-amz-date": "20260102T030405Z",
    authorization: `AWS4-HMAC-SHA256 Credential=AKID/20260102/us-east-1/echo/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
}

describe("AWS server", () => {
  it("answers JSON over HTTP/1.1 and over HTTP/2 with prior knowledge on one port, large bodies included", async () => {
    const { url } = await start();
    const session = http2Connect(url);
    for (const bytes of [0, 1, 70_000, 900_000, 9_000_000]) {
      const body = Buffer.alloc(bytes, "x");
      const expected = { operation: "Hello", bytes, sum: createHash("md5").update(body).digest("hex") };
      const one = await send(url, "POST", "/", target("Hello"), body);
      const two = await sendHttp2(session, target("Hello"), body);
      for (const answer of [one, two]) {
        expect(answer.status).toBe(200);
        expect(answer.headers["x-amzn-requestid"]).toMatch(/^[0-9a-f-]{36}$/);
        expect(answer.headers["content-type"]).toBe("application/x-amz-json-1.1");
        expect(JSON.parse(answer.text)).toEqual(expected);
      }
    }
    session.close();
  });

  it("recognises the protocol when the first bytes arrive one by one", async () => {
    const { port } = await start();
    const text = await new Promise<string>((resolve, reject) => {
      const socket = netConnect(port, "127.0.0.1");
      let received = "";
      socket.on("data", (chunk) => (received += chunk.toString()));
      socket.on("end", () => resolve(received));
      socket.on("error", reject);
      const bytes = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
      const next = (index: number): void => {
        if (index === 4) socket.write(bytes.slice(4));
        else socket.write(bytes[index]!, () => setTimeout(() => next(index + 1), 5));
      };
      next(0);
    });
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("writes errors the JSON way, the Query way, and the way of a request that is nobody's", async () => {
    const { url } = await start();
    const failed = await send(url, "POST", "/", target("Fail"), "{}");
    expect([failed.status, failed.text]).toEqual([400, '{"__type":"ResourceNotFoundException","message":"Nothing here."}']);
    const broken = await send(url, "POST", "/", target("Break"), "{}");
    expect([broken.status, JSON.parse(broken.text).__type]).toEqual([500, "InternalFailure"]);
    expect(broken.text).not.toContain("a defect");
    const unknown = await send(url, "POST", "/", { ...target("x"), "x-amz-target": "Other_1.Do" }, "{}");
    expect([unknown.status, JSON.parse(unknown.text).__type]).toEqual([400, "UnknownOperationException"]);
    const nobody = await send(url, "PUT", "/x", {});
    expect([nobody.status, nobody.text]).toMatchObject([403, expect.stringContaining("Unable to determine service/operation name")]);
  });

  it("speaks Query by form and by link, and plain paths", async () => {
    const { url } = await start();
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const said = await send(url, "POST", "/", form, "Action=Say&Version=2020-01-01&Text=hi+there");
    expect(said.text).toContain("<SayResult><Text>hi there</Text></SayResult>");
    const link = await send(url, "GET", "/?Action=Confirm&Text=yes", {});
    expect(link.text).toContain("<Text>yes</Text>");
    expect((await send(url, "GET", "/echo.pem", {})).text).toBe("PEM");
  });

  it("checks signatures once credentials are configured, each protocol with its own words", async () => {
    const { url, host, port } = await start([credential]);
    const unsigned = await send(url, "POST", "/", target("Hello"), "{}");
    expect([unsigned.status, JSON.parse(unsigned.text)]).toEqual([
      400,
      { __type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" },
    ]);
    const headers = signed(`${host}:${port}`, "Hello", "{}");
    expect((await send(url, "POST", "/", headers, "{}")).status).toBe(200);
    const otherBody = await send(url, "POST", "/", headers, "{ }");
    expect(JSON.parse(otherBody.text).__type).toBe("InvalidSignatureException");
    const session = http2Connect(url);
    expect((await sendHttp2(session, headers, "{}")).status).toBe(200);
    session.close();
    const query = await send(url, "POST", "/", { "content-type": "application/x-www-form-urlencoded" }, "Action=Say&Version=2020-01-01");
    expect([query.status, query.text]).toMatchObject([403, expect.stringContaining("<Code>MissingAuthenticationToken</Code>")]);
    expect((await send(url, "GET", "/?Action=Confirm&Version=2020-01-01", {})).status).toBe(200);
    expect((await send(url, "GET", "/echo.pem", {})).status).toBe(200);
  });

  it("refuses bodies above its limit, announced or not", async () => {
    const { url } = await start([], { requestBytes: 1000 });
    const session = http2Connect(url);
    expect((await sendHttp2(session, target("Hello"), Buffer.alloc(1001))).status).toBe(413);
    session.close();
    expect((await send(url, "POST", "/", target("Hello"), Buffer.alloc(1001))).status).toBe(413);
    expect((await send(url, "POST", "/", target("Hello"), Buffer.alloc(1000))).status).toBe(200);
  });

  it("listens beyond loopback only with credentials, and names a taken port", async () => {
    const { port } = await start();
    const open = createAwsServer({ platform: manualPlatform(nowMs), services: [] });
    await expect(open.listen({ host: "0.0.0.0", port: 0 })).rejects.toMatchObject({ code: "usage" });
    await expect(open.listen({ host: "127.0.0.1", port })).rejects.toMatchObject({ code: "in-use" });
  });
});
