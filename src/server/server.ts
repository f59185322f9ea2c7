/** Composition root: opens the log, starts fronts, admin API and jobs, and stops them in the reverse order. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ServerInformation } from "../client/index.ts";
import { createLogger, createMetrics, HeadraceError, type Logger, type Metrics, type Platform } from "../core/index.ts";
import { assertBindAllowed, createAwsServer, createKinesisService, createSnsService, isLoopback, SqlGateway, type AwsServer } from "../fronts/index.ts";
import { JobManager, QueryService, type QueryServiceOptions } from "../jobs/index.ts";
import { openLake } from "../lake/index.ts";
import { openLog, type Log } from "../log/index.ts";
import { formatSqlError, SqlError } from "../sql/index.ts";
import { handleAdmin, sendError, sendRefusal } from "./admin.ts";
import { foreignOrigin } from "./origin.ts";
import { packageVersion } from "./version.ts";
import { registerMetrics } from "./metrics.ts";
import type { ServerConfiguration } from "./configuration.ts";

export interface RunningServer {
  readonly endpoints: { readonly aws: string; readonly console: string };
  readonly jobs: JobManager;
  readonly log: Log;
  readonly information: () => ServerInformation;
  /** Stops taking requests, lets those in progress end, stops jobs, closes the log. */
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly configuration: ServerConfiguration;
  readonly platform: Platform;
  readonly logger?: Logger;
}

/** @throws HeadraceError `in-use` for a data folder or port of another process, `corrupt` for a damaged journal, `usage` for an open address without credentials. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { configuration, platform } = options;
  const logger = options.logger ?? createLogger("server");
  const metrics = createMetrics();
  assertBindAllowed(configuration.host, configuration.credentials);
  const log = await openLog({ platform, directory: configuration.data });
  const closers: (() => Promise<void>)[] = [() => log.close()];
  try {
    return await startWith(log, metrics, logger, options, closers);
  } catch (error) {
    for (const close of closers.reverse()) await close().catch(() => {});
    throw error;
  }
}

async function startWith(log: Log, metrics: Metrics, logger: Logger, options: ServerOptions, closers: (() => Promise<void>)[]): Promise<RunningServer> {
  const { configuration, platform } = options;
  const { region, accountId, credentials, host } = configuration;
  const startedMs = platform.clock.nowMs();
  let awsUrl: string | null = null;
  const kinesis = createKinesisService({ log, platform, region, accountId });
  const publicUrl = (): string => awsUrl ?? "";
  const sns = await createSnsService({ log, platform, logger, region, accountId, publicUrl });
  closers.push(() => sns.close());
  const aws: AwsServer = createAwsServer({
    platform,
    services: [kinesis, sns.service],
    credentials,
    tls: { key: sns.identity.privateKey, certificate: sns.identity.certificate },
    logger,
    metrics: registerMetrics(metrics, log),
  });
  awsUrl = (await aws.listen({ host, port: configuration.port })).url;
  closers.push(() => aws.close());
  sns.start();
  const jobs = new JobManager({ platform, log, dataDirectory: configuration.data, logger, awsEndpoint: () => awsUrl });
  const endpoints = { aws: awsUrl, console: "" };
  const information = (): ServerInformation => ({
    version: packageVersion,
    pid: process.pid,
    data: configuration.data,
    endpoints: { ...endpoints, kafka: null },
    startedMs,
    log: log.health(),
    authentication: credentials.length > 0,
  });
  const gateway = await openGateway({ jobs, log, platform, dataDirectory: configuration.data, awsEndpoint: () => awsUrl }, closers);
  const admin = createServer((request, response) => {
    const foreign = foreignOrigin(request);
    if (foreign !== null) sendRefusal(response, foreign);
    else if (!handleAdmin(request, response, { jobs, log, logger, metrics, information }) && !gateway.handle(request, response))
      sendError(response, new HeadraceError("not-found", `no page at ${request.url ?? "/"}`), logger);
  });
  // Admin API and SQL sessions check no signatures: they never leave this machine, wherever the AWS-shaped fronts listen.
  endpoints.console = await listen(admin, isLoopback(host) ? host : "127.0.0.1", configuration.consolePort);
  closers.push(() => closeHttp(admin));
  closers.push(() => jobs.close());
  await jobs.resume();
  return {
    endpoints,
    jobs,
    log,
    information,
    async close() {
      for (const close of closers.splice(0).reverse()) await close();
    },
  };
}

/** SQL sessions with a lake of their own; both end with the server. */
async function openGateway(options: Omit<QueryServiceOptions, "lake">, closers: (() => Promise<void>)[]): Promise<SqlGateway> {
  const lake = openLake();
  closers.push(() => lake.close());
  const executor = new QueryService({ ...options, lake });
  await executor.open();
  const errorText = (error: unknown, statement: string): string =>
    error instanceof SqlError ? formatSqlError(statement, error) : error instanceof Error ? error.message : String(error);
  const gateway = new SqlGateway({ executor, random: options.platform.random, clock: options.platform.clock, version: packageVersion, errorText });
  closers.push(() => gateway.close());
  return gateway;
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        new HeadraceError(
          taken ? "in-use" : "usage",
          taken ? `port ${port} of ${host} belongs to another process` : `cannot listen on ${host}:${port}: ${error.message}`,
          { cause: error, hint: "choose another with --console-port, or 0 for any free one" },
        ),
      );
    });
    server.listen({ host, port }, resolve);
  });
  const address = server.address() as AddressInfo;
  return `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
}

function closeHttp(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
