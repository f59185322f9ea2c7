/** For tests: an SNS front over a real log behind a real port, and a subscriber. */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createNodePlatform, type Logger, type Platform } from "../../../core/index.ts";
import { openLog, type OwnedLog } from "../../../log/index.ts";
import { createAwsServer, type AwsCredential } from "../../aws/index.ts";
import { createSnsService } from "../service.ts";

export const region = "eu-central-1";
export const accountId = "123456789012";
export const arn = (topic: string): string => `arn:aws:sns:${region}:${accountId}:${topic}`;

export interface SnsServer {
  readonly url: string;
  readonly port: number;
  readonly log: OwnedLog;
  /** What is served under SigningCertURL. */
  readonly certificate: string;
  /** Texts of warnings and errors that were logged. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export interface SnsServerOptions {
  readonly directory: string;
  /** 0 takes a free one. */
  readonly port?: number;
  readonly credentials?: readonly AwsCredential[];
  readonly platform?: Platform;
}

export async function startSns({ directory, port = 0, credentials = [], platform = createNodePlatform() }: SnsServerOptions): Promise<SnsServer> {
  const log = await openLog({ platform, directory });
  const complaints: string[] = [];
  const complain = (_: object, text: string): void => void complaints.push(text);
  const logger = { debug() {}, info() {}, warn: complain, error: complain } as unknown as Logger;
  let url = "";
  const sns = await createSnsService({ log, platform, logger, region, accountId, publicUrl: () => url });
  const tls = { key: sns.identity.privateKey, certificate: sns.identity.certificate };
  const aws = createAwsServer({ platform, services: [sns.service], credentials, tls, logger });
  const address = await aws.listen({ host: "127.0.0.1", port });
  url = address.url;
  sns.start();
  return {
    url,
    port: address.port,
    log,
    certificate: sns.identity.certificate,
    complaints,
    async close() {
      await aws.close();
      await sns.close();
      await log.close();
    },
  };
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as an object; null when it is none. */
  readonly message: Record<string, string> | null;
}

/** Takes what subscribers get and answers as told. */
export class Receiver {
  readonly received: Received[] = [];
  /** Status of the next answers by number of the request, from 0; null: no answer. */
  answer: (received: Received, number: number) => number | null = () => 200;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const body = Buffer.concat(parts).toString("utf8");
        const received = { path: request.url ?? "", headers: request.headers, body, message: parsed(body) };
        const status = this.answer(received, this.received.length);
        this.received.push(received);
        if (status !== null) response.writeHead(status).end();
      });
    });
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  url(path = "/hook"): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  /** What came under a path, notifications only. */
  notifications(path = "/hook"): Received[] {
    return this.received.filter((each) => each.path === path && each.headers["x-amz-sns-message-type"] === "Notification");
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

function parsed(body: string): Record<string, string> | null {
  try {
    return JSON.parse(body) as Record<string, string>;
  } catch {
    return null;
  }
}
