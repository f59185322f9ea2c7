/** One port for every AWS-shaped service: HTTP/1.1 and HTTP/2 with prior knowledge. */
import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from "node:http";
import { constants, createServer as createHttp2, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { HeadraceError, type Platform } from "../../core/index.ts";
import { createServer as createTlsServer } from "node:tls";
import { assertBindAllowed } from "./bind.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { AwsCredential, AwsLogger, AwsMetrics, AwsResponse, AwsService } from "./service.ts";
import { BodyAbortedError, BodyPool, BodyTooLargeError, readBody } from "./transport/body.ts";
import { createSniffer } from "./transport/sniffer.ts";

export interface AwsServerLimits {
  /** Largest request body. Default 16 MiB: 10 MiB of records in base64 and their keys. */
  requestBytes: number;
  /** A connection that says nothing for so long is closed. Default 65,000. */
  idleConnectionMs: number;
  /** How long `close` waits for requests in progress. Default 5,000. */
  closeGraceMs: number;
}

export interface AwsServerOptions {
  platform: Platform;
  services: readonly AwsService[];
  /** None: every request is let in, and only loopback may be listened on. */
  credentials?: readonly AwsCredential[];
  /** With these, a connection that opens with a TLS handshake is served too, on the same port. PEM. */
  tls?: { readonly key: string; readonly certificate: string };
  limits?: Partial<AwsServerLimits>;
  logger?: AwsLogger;
  metrics?: AwsMetrics;
}

export interface AwsServer {
  /** Port 0 takes a free one. Throws `usage` ({@link assertBindAllowed}), `in-use` when the port is taken. */
  listen(address: { host: string; port: number }): Promise<{ host: string; port: number; url: string }>;
  /** Takes no new connections, lets requests in progress end, then closes what is left. */
  close(): Promise<void>;
}

const streamWindowBytes = 8 << 20;
const sessionWindowBytes = 16 << 20;

const defaultLimits: AwsServerLimits = { requestBytes: 16 << 20, idleConnectionMs: 65_000, closeGraceMs: 5_000 };

export function createAwsServer(options: AwsServerOptions): AwsServer {
  const limits = { ...defaultLimits, ...options.limits };
  const credentials = options.credentials ?? [];
  const dispatcher = new Dispatcher({ ...options, credentials });
  const handler = new RequestHandler(dispatcher, options.platform, limits.requestBytes, options.logger);
  const http1 = createHttp1({ keepAliveTimeout: limits.idleConnectionMs, noDelay: true }, (request, response) => void handler.http1(request, response));
  const http2 = createHttp2({ settings: { initialWindowSize: streamWindowBytes, maxFrameSize: 1 << 20, maxConcurrentStreams: 1000 } });
  const sessions = new Set<ServerHttp2Session>();
  http2.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    // The protocol's 64 KiB would stop every upload of a batch after its first frames.
    session.setLocalWindowSize(sessionWindowBytes);
  });
  http2.on("stream", (stream, headers) => void handler.http2(stream, headers));
  http2.on("sessionError", () => {});
  const secure =
    options.tls === undefined
      ? null
      : createTlsServer({ key: options.tls.key, cert: options.tls.certificate, ALPNProtocols: ["http/1.1"] }, (socket) => http1.emit("connection", socket));
  secure?.on("tlsClientError", (_error, socket) => socket.destroy());
  const sniffer = createSniffer(http1, http2, secure, { firstByteTimeoutMs: limits.idleConnectionMs });

  return {
    async listen({ host, port }) {
      assertBindAllowed(host, credentials);
      await new Promise<void>((resolve, reject) => {
        sniffer.server.once("error", (error: NodeJS.ErrnoException) => {
          reject(
            error.code === "EADDRINUSE"
              ? new HeadraceError("in-use", `port ${port} of ${host} belongs to another process`, {
                  cause: error,
                  hint: "choose another with --port, or 0 for any free one",
                })
              : new HeadraceError("usage", `cannot listen on ${host}:${port}: ${error.message}`, { cause: error }),
          );
        });
        sniffer.server.listen({ host, port, backlog: 1024 }, resolve);
      });
      const address = sniffer.server.address() as AddressInfo;
      const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
      return { host: address.address, port: address.port, url: `http://${shown}:${address.port}` };
    },
    async close() {
      const closed = new Promise<void>((resolve) => sniffer.server.close(() => resolve()));
      http1.closeIdleConnections();
      for (const session of sessions) session.close();
      const timer = options.platform.clock.setTimer(limits.closeGraceMs, () => sniffer.destroyAll(), { unref: true });
      await handler.idle();
      sniffer.destroyAll();
      timer.cancel();
      await closed;
    },
  };
}

/** Reads bodies, asks the dispatcher, writes answers, for both protocols. */
class RequestHandler {
  readonly #dispatcher: Dispatcher;
  readonly #platform: Platform;
  readonly #maxBytes: number;
  readonly #logger: AwsLogger | undefined;
  readonly #pool = new BodyPool();
  #inProgress = 0;
  #whenIdle: (() => void) | null = null;

  constructor(dispatcher: Dispatcher, platform: Platform, maxBytes: number, logger: AwsLogger | undefined) {
    this.#dispatcher = dispatcher;
    this.#platform = platform;
    this.#maxBytes = maxBytes;
    this.#logger = logger;
  }

  /** Resolves when no request is being worked on. */
  idle(): Promise<void> {
    if (this.#inProgress === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#whenIdle = resolve));
  }

  async http1(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = this.#platform.random.uuid();
    response.on("error", () => {});
    await this.#run(
      () => readBody(request, request.headers["content-length"], this.#maxBytes, this.#pool),
      (body) => this.#answer(request.method ?? "GET", request.url ?? "/", request.headers, body, requestId),
      (answer) => {
        // A text goes out in one write with its headers, bytes would need two.
        const length = typeof answer.body === "string" ? Buffer.byteLength(answer.body, "utf8") : answer.body.length;
        const headers = ["x-amzn-RequestId", requestId, "content-length", String(length)];
        if (length > 0 || answer.contentType !== undefined) headers.push("content-type", answer.contentType ?? "application/x-amz-json-1.1");
        for (const name in answer.headers) headers.push(name, answer.headers[name]!);
        if (!request.complete) headers.push("connection", "close");
        response.writeHead(answer.status ?? 200, headers);
        response.end(answer.body);
      },
      () => response.destroy(),
    );
  }

  async http2(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const requestId = this.#platform.random.uuid();
    stream.on("error", () => {});
    await this.#run(
      () => readBody(stream, headers["content-length"], this.#maxBytes, this.#pool),
      (body) => this.#answer(String(headers[":method"]), String(headers[":path"]), headers, body, requestId),
      (answer) => {
        if (stream.destroyed || stream.closed) return;
        const bytes = typeof answer.body === "string" ? Buffer.from(answer.body, "utf8") : answer.body;
        stream.respond({
          [constants.HTTP2_HEADER_STATUS]: answer.status ?? 200,
          "x-amzn-requestid": requestId,
          "content-length": bytes.length,
          ...(bytes.length > 0 || answer.contentType !== undefined ? { "content-type": answer.contentType ?? "application/x-amz-json-1.1" } : {}),
          ...answer.headers,
        });
        stream.end(bytes);
      },
      () => stream.destroy(),
    );
  }

  #answer(method: string, url: string, headers: IncomingHttpHeaders, body: Buffer, requestId: string): Promise<AwsResponse> {
    const mark = url.indexOf("?");
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = mark < 0 ? "" : url.slice(mark + 1);
    return this.#dispatcher.answer({ method, path, query, headers, body, requestId });
  }

  async #run(
    read: () => Promise<Buffer>,
    ask: (body: Buffer) => Promise<AwsResponse>,
    write: (answer: AwsResponse) => void,
    abandon: () => void,
  ): Promise<void> {
    this.#inProgress++;
    try {
      const body = await read();
      write(await ask(body));
      this.#pool.give(body);
    } catch (error) {
      if (error instanceof BodyTooLargeError) write(tooLarge(this.#maxBytes));
      else {
        if (!(error instanceof BodyAbortedError)) this.#logger?.warn({ err: error }, "connection failed");
        abandon();
      }
    } finally {
      this.#inProgress--;
      if (this.#inProgress === 0) this.#whenIdle?.();
    }
  }
}

function tooLarge(maxBytes: number): AwsResponse {
  return {
    status: 413,
    body: JSON.stringify({ __type: "RequestEntityTooLargeException", message: `Request body is larger than ${maxBytes} bytes.` }),
  };
}
