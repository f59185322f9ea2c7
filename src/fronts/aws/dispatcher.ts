/** From a complete HTTP request to an answer: which service, signed by whom, which operation. */
import type { Platform } from "../../core/index.ts";
import { HeadraceError } from "../../core/index.ts";
import { AwsError, SignatureError } from "./errors.ts";
import { jsonContentType, jsonError, jsonSignatureError } from "./protocols/json.ts";
import { queryError, querySignatureError } from "./protocols/query.ts";
import type { AwsCredential, AwsLogger, AwsMetrics, AwsRequest, AwsResponse, AwsService } from "./service.ts";
import { SignatureVerifier } from "./signature/verifier.ts";

export interface DispatcherOptions {
  platform: Platform;
  services: readonly AwsService[];
  credentials: readonly AwsCredential[];
  logger?: AwsLogger;
  metrics?: AwsMetrics;
}

/** A request before it is known whose it is. */
export type UnroutedRequest = Omit<AwsRequest, "accessKeyId">;

/** What was found for a request: how to run it and how to write its errors. */
interface Route {
  service: string;
  operation: string;
  /** Name in the credential scope, or null for what is never signed. */
  signedFor: string | null;
  /** An absent signature is let in; a wrong one never is. */
  signatureOptional?: boolean;
  run(request: AwsRequest): Promise<AwsResponse> | AwsResponse;
  writeError(error: AwsError): AwsResponse;
  signatureError(problem: SignatureError["problem"], message: string): AwsError;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #verifier: SignatureVerifier;
  readonly #byTarget = new Map<string, AwsService>();

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#verifier = new SignatureVerifier(options.credentials, options.platform.clock);
    for (const service of options.services) {
      if (service.json !== undefined) this.#byTarget.set(service.json.targetPrefix, service);
    }
  }

  /** Never rejects: whatever happens becomes an answer. */
  async answer(unrouted: UnroutedRequest): Promise<AwsResponse> {
    const startMs = this.#options.platform.clock.monotonicMs();
    const route = this.#jsonRoute(unrouted) ?? this.#pathRoute(unrouted) ?? this.#queryRoute(unrouted) ?? nobody;
    let errorCode: string | null = null;
    let response: AwsResponse;
    try {
      response = await route.run(this.#authenticate(unrouted, route));
    } catch (error) {
      const awsError = this.#toAwsError(error, route, unrouted);
      errorCode = awsError.code;
      response = route.writeError(awsError);
    }
    this.#options.metrics?.observeRequest({
      service: route.service,
      operation: route.operation,
      status: response.status ?? 200,
      errorCode,
      durationMs: this.#options.platform.clock.monotonicMs() - startMs,
      requestBytes: unrouted.body.length,
      responseBytes: response.body.length,
    });
    return response;
  }

  #authenticate(unrouted: UnroutedRequest, route: Route): AwsRequest {
    if (route.signedFor === null || !this.#verifier.enabled) return { ...unrouted, accessKeyId: null };
    try {
      return { ...unrouted, accessKeyId: this.#verifier.verify(unrouted, route.signedFor) };
    } catch (error) {
      if (route.signatureOptional !== true || !(error instanceof SignatureError) || error.problem !== "missing") throw error;
      return { ...unrouted, accessKeyId: null };
    }
  }

  #toAwsError(error: unknown, route: Route, request: UnroutedRequest): AwsError {
    if (error instanceof AwsError) return error;
    if (error instanceof SignatureError) return route.signatureError(error.problem, error.message);
    const fields = { err: error, service: route.service, operation: route.operation, requestId: request.requestId };
    this.#options.logger?.error(fields, "request failed");
    const message =
      error instanceof HeadraceError && error.code !== "internal" ? error.message : "The request processing has failed because of an internal error.";
    return new AwsError("InternalFailure", message, 500);
  }

  #jsonRoute(request: UnroutedRequest): Route | null {
    const target = request.headers["x-amz-target"];
    if (typeof target !== "string" || request.method !== "POST") return null;
    const dot = target.indexOf(".");
    const service = this.#byTarget.get(target.slice(0, dot));
    const operation = target.slice(dot + 1);
    const run = (signed: AwsRequest): Promise<AwsResponse> | AwsResponse => {
      const type = request.headers["content-type"];
      if (type !== undefined && !type.startsWith(jsonContentType) && !type.startsWith("application/json")) {
        throw new AwsError("UnknownOperationException", `content type ${type} is not spoken here; ${jsonContentType} is`, 404);
      }
      if (service === undefined) throw new AwsError("UnknownOperationException", `no service here answers to the target ${target}`);
      return service.json!.handle(operation, signed);
    };
    return {
      service: service?.name ?? "unknown",
      operation: service === undefined ? "unknown" : operation,
      signedFor: service?.name ?? null,
      run,
      writeError: jsonError,
      signatureError: jsonSignatureError,
    };
  }

  #pathRoute(request: UnroutedRequest): Route | null {
    const service = this.#options.services.find((candidate) => candidate.paths?.matches(request.method, request.path));
    if (service === undefined) return null;
    return {
      service: service.name,
      operation: "path",
      signedFor: null,
      run: (signed) => service.paths!.handle(signed),
      writeError: (error) => ({ status: error.status, contentType: "text/plain; charset=utf-8", body: `${error.message}\n` }),
      signatureError: jsonSignatureError,
    };
  }

  #queryRoute(request: UnroutedRequest): Route | null {
    const form = request.method === "POST" && String(request.headers["content-type"]).startsWith("application/x-www-form-urlencoded");
    if (!form && request.method !== "GET") return null;
    const parameters = new URLSearchParams(form ? request.body.toString("utf8") : request.query);
    const action = parameters.get("Action");
    if (action === null) return null;
    const version = parameters.get("Version");
    const service = this.#options.services.find(
      ({ query }) => query !== undefined && (version === null ? query.actions.has(action) : query.version === version),
    );
    if (service === undefined) return null;
    const query = service.query!;
    return {
      service: service.name,
      operation: query.actions.has(action) ? action : "unknown",
      signedFor: service.name,
      signatureOptional: query.unsignedActions?.has(action) === true,
      run: (signed) => query.handle(action, parameters, signed),
      writeError: (error) => queryError(error, query.xmlNamespace, request.requestId),
      signatureError: querySignatureError,
    };
  }
}

const nobody: Route = {
  service: "unknown",
  operation: "unknown",
  signedFor: null,
  run() {
    throw new AwsError("AccessDeniedException", "Unable to determine service/operation name to be authorized", 403);
  },
  writeError: (error) => ({
    status: error.status,
    contentType: "application/xml",
    body: `<${error.code}>\n  <Message>${error.message}</Message>\n</${error.code}>\n`,
  }),
  signatureError: jsonSignatureError,
};
