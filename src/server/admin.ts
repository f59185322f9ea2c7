/** The admin API: JSON over HTTP on the console port. Each route is one line of the table below. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServerInformation, JobSubmission } from "../client/index.ts";
import { HeadraceError, type ErrorCode, type Logger, type Metrics } from "../core/index.ts";
import { explainJob, type JobManager } from "../jobs/index.ts";
import type { Log } from "../log/index.ts";
import { listDeadLetters } from "./dead-letters.ts";

const bodyBytesMax = 16 * 1024 * 1024;

export interface AdminOptions {
  readonly jobs: JobManager;
  readonly log: Log;
  readonly logger: Logger;
  readonly metrics: Metrics;
  information(): ServerInformation;
}

interface Call {
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  /** The JSON object of the body; one without members when there is no body. */
  body(): Promise<Readonly<Record<string, unknown>>>;
}

type Route = readonly [method: string, pattern: RegExp, handle: (call: Call, options: AdminOptions) => unknown];

const routes: readonly Route[] = [
  ["GET", /^\/api\/v1\/server$/, (_, { information }) => information()],
  ["GET", /^\/api\/v1\/jobs$/, (_, { jobs }) => ({ items: jobs.list(), next: null })],
  ["POST", /^\/api\/v1\/jobs$/, async (call, { jobs }) => jobs.submit(submission(await call.body()))],
  ["GET", /^\/api\/v1\/jobs\/([^/]+)$/, (call, { jobs }) => jobs.describe(call.parameters[0]).status],
  ["DELETE", /^\/api\/v1\/jobs\/([^/]+)$/, (call, { jobs }) => jobs.remove(call.parameters[0])],
  ["POST", /^\/api\/v1\/jobs\/([^/]+)\/stop$/, async (call, { jobs }) => jobs.stop(call.parameters[0], (await call.body()).drain === true)],
  ["POST", /^\/api\/v1\/explain$/, async (call) => ({ plan: explainJob(textOf(await call.body(), "sql")) })],
  ["GET", /^\/api\/v1\/dead-letters$/, (call, { log }) => listDeadLetters(log, call.query)],
];

/** Answers a request of the admin API or /metrics; false when it is neither. */
export function handleAdmin(request: IncomingMessage, response: ServerResponse, options: AdminOptions): boolean {
  const [path, query = ""] = (request.url ?? "/").split("?", 2);
  if (path === "/metrics" && request.method === "GET") {
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(options.metrics.exposition());
    return true;
  }
  if (!path.startsWith("/api/v1/")) return false;
  answer(request, path, new URLSearchParams(query), options).then(
    (value) => (value === undefined ? response.writeHead(204).end() : sendJson(response, 200, value)),
    (error: unknown) => sendError(response, error, options.logger),
  );
  return true;
}

async function answer(request: IncomingMessage, path: string, query: URLSearchParams, options: AdminOptions): Promise<unknown> {
  for (const [method, pattern, handle] of routes) {
    const match = pattern.exec(path);
    if (match === null || method !== request.method) continue;
    return handle({ parameters: match.slice(1).map(decoded), query, body: () => readJson(request) }, options);
  }
  throw new HeadraceError("not-found", `no ${request.method ?? "GET"} ${path}`);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HeadraceError("invalid-argument", `'${part}' is not percent-encoded text`);
  }
}

function submission(body: Readonly<Record<string, unknown>>): JobSubmission {
  return { name: textOf(body, "name"), sql: textOf(body, "sql"), baseDirectory: textOf(body, "baseDirectory") };
}

function textOf(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value !== "string") throw new HeadraceError("invalid-argument", `the body needs "${name}", a text`);
  return value;
}

async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bodyBytesMax) throw new HeadraceError("limit-exceeded", `a body may have ${bodyBytesMax} bytes`);
    parts.push(part);
  }
  if (bytes === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new HeadraceError("invalid-argument", "the body is not JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new HeadraceError("invalid-argument", "the body is no JSON object");
  return parsed as Record<string, unknown>;
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

/** For requests that are not to be looked at. */
export function sendRefusal(response: ServerResponse, message: string): void {
  sendJson(response, 403, { code: "usage", message });
}

const statuses: Partial<Record<ErrorCode, number>> = {
  "not-found": 404,
  "already-exists": 409,
  "disk-full": 507,
  "log-stopped": 503,
  internal: 500,
  "limit-exceeded": 413,
};

export function sendError(response: ServerResponse, error: unknown, logger: Logger): void {
  const known = error instanceof HeadraceError ? error : new HeadraceError("internal", error instanceof Error ? error.message : String(error));
  if (known.code === "internal") logger.error({ error: error instanceof Error ? error.stack : String(error) }, "admin API failed");
  sendJson(response, statuses[known.code] ?? 400, { code: known.code, message: known.message, ...(known.hint === undefined ? {} : { hint: known.hint }) });
}
