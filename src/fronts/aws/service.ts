/** What the AWS front asks of a service behind it. Types only. */
import type { IncomingHttpHeaders } from "node:http";

/** One request, its body complete and, where credentials are configured, its signature checked. */
export interface AwsRequest {
  readonly method: string;
  /** As on the wire, still percent-encoded, without the query. */
  readonly path: string;
  /** As on the wire, without the "?"; empty when there is none. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Valid until the handler's promise settles: the server uses the memory again. Copy what must live longer. */
  readonly body: Buffer;
  /** Sent back as `x-amzn-RequestId`. */
  readonly requestId: string;
  /** Who signed, or null when nothing was checked. */
  readonly accessKeyId: string | null;
}

export interface AwsResponse {
  /** Default 200. */
  readonly status?: number;
  /** Default: the protocol's own type. */
  readonly contentType?: string;
  /** A string is sent as UTF-8. */
  readonly body: string | Uint8Array;
  /** Added to the protocol's own headers; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** JSON 1.1: `X-Amz-Target: PREFIX.Operation`, a JSON object as body. */
export interface JsonProtocolService {
  readonly targetPrefix: string;
  /** Throws {@link AwsError} for what the caller did; the answer's body is the JSON text of the output, empty for none. */
  handle(operation: string, request: AwsRequest): Promise<AwsResponse> | AwsResponse;
}

/** Query: a form (or, for links in e-mails, a query string) with `Action` and `Version`; XML answers. */
export interface QueryProtocolService {
  /** Version named by requests, "2010-03-31" for SNS. A link without a version goes to the service that knows its action. */
  readonly version: string;
  /** Namespace of the XML answers and errors. */
  readonly xmlNamespace: string;
  /** All actions of the service's model, also those that are not implemented. */
  readonly actions: ReadonlySet<string>;
  /** Actions that may come without a signature even where credentials are configured (confirmation links). */
  readonly unsignedActions?: ReadonlySet<string>;
  /** Throws {@link AwsError}; the answer's body is a whole XML document. */
  handle(action: string, parameters: URLSearchParams, request: AwsRequest): Promise<AwsResponse> | AwsResponse;
}

/** Plain HTTP below a path of the service's own: a certificate, a link. Never signed. */
export interface PlainPathService {
  matches(method: string, path: string): boolean;
  handle(request: AwsRequest): Promise<AwsResponse> | AwsResponse;
}

/** A service speaks one or more of the three; its part of a request is found by the declarations here. */
export interface AwsService {
  /** Name in the credential scope ("kinesis", "sns"), in logs and in metrics. */
  readonly name: string;
  readonly json?: JsonProtocolService;
  readonly query?: QueryProtocolService;
  readonly paths?: PlainPathService;
}

/** Who may sign. */
export interface AwsCredential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The shape of pino's methods that the front uses. */
export interface AwsLogger {
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** Told about every answer. */
export interface AwsMetrics {
  observeRequest(observation: {
    service: string;
    operation: string;
    status: number;
    /** The error's code, or null. */
    errorCode: string | null;
    durationMs: number;
    requestBytes: number;
    responseBytes: number;
  }): void;
}
