/**
 * Flink's SQL Gateway REST API (docs "REST Endpoint", versions 1 to 4), the part that runs statements: sessions, their
 * settings, statements, results with row kinds. Paths carry a version or none.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { HeadraceError, type Clock, type Random, type Timer } from "../../core/index.ts";
import { typeText, type DataType, type Field } from "../../data/index.ts";
import type { SqlExecutor, SqlRow, SqlSession } from "./executor.ts";
import { fieldJson } from "./values.ts";
import { Operation, type Page } from "./operation.ts";

const bodyBytesMax = 4 * 1024 * 1024;
/** Default of Flink's 'sql-gateway.session.idle-timeout'. */
const sessionIdleMs = 600_000;
const idleCheckIntervalMs = 60_000;

interface Session extends SqlSession {
  readonly operations: Map<string, Operation>;
  usedMs: number;
}

export interface SqlGatewayOptions {
  readonly executor: SqlExecutor;
  readonly random: Random;
  readonly clock: Clock;
  readonly version: string;
  /** Text for people of an error of a statement. */
  errorText(error: unknown, statement: string): string;
}

type Handler = (parameters: readonly string[], body: Record<string, unknown>) => unknown;

export class SqlGateway {
  readonly #options: SqlGatewayOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #statements = new WeakMap<Operation, string>();
  #idleCheck: Timer | null = null;
  readonly #routes: readonly (readonly [string, RegExp, Handler])[];

  constructor(options: SqlGatewayOptions) {
    this.#options = options;
    this.#routes = [
      ["GET", /^\/info$/, () => ({ productName: "Apache Flink", version: `2.3.0-headrace-${options.version}` })],
      ["GET", /^\/api_versions$/, () => ({ versions: ["V1", "V2", "V3", "V4"] })],
      ["POST", /^\/sessions$/, (_, body) => this.#openSession(body)],
      ["DELETE", /^\/sessions\/([^/]+)$/, ([handle]) => this.#closeSession(handle)],
      ["GET", /^\/sessions\/([^/]+)$/, ([handle]) => ({ properties: Object.fromEntries(this.#session(handle).properties) })],
      ["POST", /^\/sessions\/([^/]+)\/heartbeat$/, ([handle]) => void this.#session(handle)],
      ["POST", /^\/sessions\/([^/]+)\/configure-session$/, async ([handle], body) => this.#configure(handle, String(body.statement ?? ""))],
      ["POST", /^\/sessions\/([^/]+)\/statements$/, ([handle], body) => this.#execute(handle, String(body.statement ?? ""), body.executionConfig)],
      ["GET", /^\/sessions\/([^/]+)\/operations\/([^/]+)\/status$/, ([handle, operation]) => ({ status: this.#operation(handle, operation).status })],
      [
        "GET",
        /^\/sessions\/([^/]+)\/operations\/([^/]+)\/result\/(\d+)(?:\?.*)?$/,
        ([handle, operation, token]) => this.#result(handle, operation, Number(token)),
      ],
      ["POST", /^\/sessions\/([^/]+)\/operations\/([^/]+)\/cancel$/, ([handle, operation]) => this.#close(handle, operation, "CANCELED")],
      ["DELETE", /^\/sessions\/([^/]+)\/operations\/([^/]+)\/close$/, ([handle, operation]) => this.#close(handle, operation, "CLOSED")],
    ];
  }

  /** Answers a request of this API; false when it is none. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url ?? "/";
    const path = url.replace(/^\/v\d+/, "");
    for (const [method, pattern, handler] of this.#routes) {
      const match = pattern.exec(path.includes("/result/") ? path : path.split("?")[0]);
      if (match === null || method !== request.method) continue;
      void this.#answer(request, response, handler, match.slice(1));
      return true;
    }
    return false;
  }

  async #answer(request: IncomingMessage, response: ServerResponse, handler: Handler, parameters: readonly string[]): Promise<void> {
    try {
      const answer = await handler(parameters, await readBody(request));
      response.writeHead(200, { "content-type": "application/json; charset=UTF-8" }).end(JSON.stringify(answer ?? {}));
    } catch (error) {
      const status =
        error instanceof HeadraceError && error.code === "not-found" ? 404 : error instanceof HeadraceError && error.code !== "internal" ? 400 : 500;
      const text =
        error instanceof StatementFailed ? this.#options.errorText(error.cause, error.statement) : error instanceof Error ? error.message : String(error);
      response
        .writeHead(error instanceof StatementFailed ? 500 : status, { "content-type": "application/json; charset=UTF-8" })
        .end(JSON.stringify({ errors: [error instanceof Error ? error.name : "Error", text] }));
    }
  }

  #openSession(body: Record<string, unknown>): { sessionHandle: string } {
    const handle = this.#options.random.uuid();
    const properties = new Map(Object.entries((body.properties ?? {}) as Record<string, string>));
    this.#sessions.set(handle, { handle, properties, operations: new Map(), usedMs: this.#options.clock.monotonicMs() });
    this.#idleCheck ??= this.#options.clock.setTimer(idleCheckIntervalMs, () => this.#closeIdle(), { unref: true });
    return { sessionHandle: handle };
  }

  async #closeSession(handle: string): Promise<{ status: string }> {
    for (const operation of this.#session(handle).operations.values()) await operation.close();
    this.#sessions.delete(handle);
    return { status: "CLOSED" };
  }

  #session(handle: string): Session {
    const session = this.#sessions.get(handle);
    if (session === undefined) throw new HeadraceError("not-found", `Session '${handle}' does not exist.`);
    session.usedMs = this.#options.clock.monotonicMs();
    return session;
  }

  /** Clients that went away without closing leave queries that wait to be read. */
  #closeIdle(): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const { handle, usedMs } of this.#sessions.values()) if (nowMs - usedMs >= sessionIdleMs) void this.#closeSession(handle);
    this.#idleCheck = this.#sessions.size === 0 ? null : this.#options.clock.setTimer(idleCheckIntervalMs, () => this.#closeIdle(), { unref: true });
  }

  #operation(handle: string, operation: string): Operation {
    const found = this.#session(handle).operations.get(operation);
    if (found === undefined) throw new HeadraceError("not-found", `Can not find the submitted operation in the OperationManager with the ${operation}.`);
    return found;
  }

  async #configure(handle: string, statement: string): Promise<void> {
    const result = await this.#options.executor.execute(statement, this.#session(handle));
    await result.close();
  }

  #execute(handle: string, statement: string, configuration: unknown): { operationHandle: string } {
    const session = this.#session(handle);
    for (const [key, value] of Object.entries((configuration ?? {}) as Record<string, string>)) session.properties.set(key, value);
    const operation = new Operation(this.#options.executor.execute(statement, session));
    this.#statements.set(operation, statement);
    const operationHandle = this.#options.random.uuid();
    session.operations.set(operationHandle, operation);
    return { operationHandle };
  }

  async #result(handle: string, operationHandle: string, token: number): Promise<object> {
    const operation = this.#operation(handle, operationHandle);
    let page: Page;
    try {
      page = await operation.page(token);
      const result = await operation.result;
      const next =
        page.state === "EOS"
          ? {}
          : { nextResultUri: `/v1/sessions/${handle}/operations/${operationHandle}/result/${page.state === "NOT_READY" ? token : token + 1}?rowFormat=JSON` };
      const warnings = page.state === "EOS" ? (result.warnings?.() ?? []) : [];
      return {
        ...(warnings.length === 0 ? {} : { warnings }),
        resultType: page.state,
        isQueryResult: result.isQuery,
        resultKind: "SUCCESS_WITH_CONTENT",
        results: resultBody(result.columns, page.rows),
        ...next,
      };
    } catch (error) {
      if (error instanceof HeadraceError && error.code === "invalid-argument") throw error;
      throw new StatementFailed(this.#statements.get(operation) ?? "", error);
    }
  }

  async #close(handle: string, operationHandle: string, status: "CANCELED" | "CLOSED"): Promise<{ status: string }> {
    const operation = this.#operation(handle, operationHandle);
    await operation.close();
    if (status === "CLOSED") this.#session(handle).operations.delete(operationHandle);
    return { status };
  }

  async close(): Promise<void> {
    this.#idleCheck?.cancel();
    for (const handle of this.#sessions.keys()) await this.#closeSession(handle);
  }
}

class StatementFailed extends Error {
  readonly statement: string;
  constructor(statement: string, cause: unknown) {
    super("statement failed", { cause });
    this.statement = statement;
  }
}

function resultBody(columns: readonly Field[], rows: readonly SqlRow[]): object {
  return {
    columns: columns.map(({ name, type }) => ({ name, logicalType: logicalType(type), comment: null })),
    rowFormat: "JSON",
    data: rows.map(({ kind, fields }) => ({ kind, fields: fields.map((value, index) => fieldJson(value, columns[index].type)) })),
  };
}

/** Flink's JSON of a LogicalType. */
function logicalType(type: DataType): object {
  const { nullable } = type;
  const base = {
    type: typeText(type, true)
      .replace(/\(.*|<.*/s, "")
      .replace("STRING", "VARCHAR")
      .replace("BYTES", "VARBINARY")
      .replace("INT", "INTEGER")
      .replace("TINYINTEGER", "TINYINT")
      .replace("SMALLINTEGER", "SMALLINT")
      .replace("BIGINTEGER", "BIGINT")
      .replace("INTEGERERVAL", "INTERVAL")
      .replace("TIMESTAMP_LTZ", "TIMESTAMP_WITH_LOCAL_TIME_ZONE"),
    nullable,
  };
  switch (type.kind) {
    case "timestamp":
      return { ...base, type: "TIMESTAMP_WITHOUT_TIME_ZONE", precision: type.precision };
    case "timestamp-ltz":
    case "time":
      return { ...base, precision: type.precision };
    case "char":
    case "varchar":
    case "binary":
    case "varbinary":
      return { ...base, length: type.length };
    case "decimal":
      return { ...base, precision: type.precision, scale: type.scale };
    case "array":
    case "multiset":
      return { ...base, elementType: logicalType(type.element) };
    case "map":
      return { ...base, keyType: logicalType(type.key), valueType: logicalType(type.value) };
    case "row":
      return { ...base, fields: type.fields.map((field) => ({ name: field.name, fieldType: logicalType(field.type) })) };
    default:
      return base;
  }
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bodyBytesMax) throw new HeadraceError("limit-exceeded", `a body may have ${bodyBytesMax} bytes`);
    parts.push(part);
  }
  if (bytes === 0) return {};
  try {
    const value = JSON.parse(Buffer.concat(parts).toString("utf8")) as unknown;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    throw new HeadraceError("invalid-argument", "the body is not JSON");
  }
}
