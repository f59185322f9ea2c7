/** The Kinesis API as the command line uses it: JSON over HTTP/1.1, signed when the environment has AWS credentials. */
import { createHash, createHmac } from "node:crypto";
import { AdminClient } from "../client/index.ts";
import { HeadraceError, type Clock, type ErrorCode } from "../core/index.ts";
import { canonicalRequest } from "../fronts/aws/signature/canonical.ts";
import { formatTimestamp } from "../fronts/aws/signature/authorization.ts";
import { deriveSigningKey } from "../fronts/aws/signature/signing-key.ts";

export class KinesisClient {
  readonly #endpoint: string;
  readonly #clock: Clock;

  constructor(endpoint: string, clock: Clock) {
    this.#endpoint = endpoint.replace(/\/+$/, "");
    this.#clock = clock;
  }

  /** The endpoint given, or asked of the running server. */
  static async connect(options: Record<string, unknown>, clock: Clock): Promise<KinesisClient> {
    if (typeof options.endpoint === "string") return new KinesisClient(options.endpoint, clock);
    const information = await new AdminClient(String(options.server)).server();
    return new KinesisClient(information.endpoints.aws, clock);
  }

  async call<Answer>(operation: string, input: object): Promise<Answer> {
    const body = JSON.stringify(input);
    const target = `Kinesis_20131202.${operation}`;
    const headers: Record<string, string> = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    Object.assign(headers, signature(this.#endpoint, headers, body, this.#clock));
    let response: Response;
    try {
      response = await fetch(`${this.#endpoint}/`, { method: "POST", headers, body });
    } catch (cause) {
      throw new HeadraceError("unreachable", `no Kinesis API answers at ${this.#endpoint}`, {
        cause,
        hint: "start one with `headrace server`, or name it with --endpoint URL",
      });
    }
    const text = await response.text();
    const answer = parsed<Answer & { __type?: string; message?: string; Message?: string }>(text, this.#endpoint);
    if (response.ok) return answer;
    const type = answer.__type?.split("#").at(-1) ?? `HTTP ${response.status}`;
    throw new HeadraceError(codeOf(type), `${type}: ${answer.message ?? answer.Message ?? ""}`);
  }
}

function parsed<Answer>(text: string, endpoint: string): Answer {
  try {
    return JSON.parse(text === "" ? "{}" : text) as Answer;
  } catch (cause) {
    const hint = "--endpoint is the address of the AWS-shaped APIs, by default port 4566; --server that of the console port";
    throw new HeadraceError("unreachable", `what answers at ${endpoint} is no Kinesis API`, { cause, hint });
  }
}

function codeOf(type: string): ErrorCode {
  if (type === "ResourceNotFoundException") return "not-found";
  if (type === "ResourceInUseException") return "already-exists";
  if (type === "LimitExceededException" || type === "ProvisionedThroughputExceededException") return "limit-exceeded";
  return type === "InternalFailureException" ? "internal" : "invalid-argument";
}

/** Headers of Signature Version 4, or none without credentials. */
function signature(endpoint: string, headers: Readonly<Record<string, string>>, body: string, clock: Clock): Record<string, string> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  if (accessKeyId === undefined || secretAccessKey === undefined) return {};
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? "us-east-1";
  const timestamp = formatTimestamp(clock.nowMs());
  const scope = { date: timestamp.slice(0, 8), region, service: "kinesis" };
  const payloadHash = createHash("sha256").update(body).digest("hex");
  const signed = { ...headers, host: new URL(endpoint).host, "x-amz-date": timestamp, "x-amz-content-sha256": payloadHash };
  const signedHeaders = Object.keys(signed).sort();
  const canonical = canonicalRequest({ method: "POST", path: "/", query: "", headers: signed, signedHeaders, payloadHash });
  const scopeText = `${scope.date}/${region}/kinesis/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", timestamp, scopeText, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const value = createHmac("sha256", deriveSigningKey(secretAccessKey, scope)).update(text).digest("hex");
  return {
    "x-amz-date": timestamp,
    "x-amz-content-sha256": payloadHash,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scopeText}, SignedHeaders=${signedHeaders.join(";")}, Signature=${value}`,
  };
}
