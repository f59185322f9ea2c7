/** Checks Signature Version 4 of a whole request, as header or as presigned URL. */
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "../../../core/index.ts";
import { SignatureError } from "../errors.ts";
import type { AwsCredential } from "../service.ts";
import { formatTimestamp, parseTimestamp, readAuthorization, type Authorization } from "./authorization.ts";
import { canonicalRequest } from "./canonical.ts";
import { SigningKeys } from "./signing-key.ts";

/** How far a client's clock may be off, either way. */
export const clockToleranceMs = 5 * 60 * 1000;

export interface SignedRequest {
  method: string;
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
}

export class SignatureVerifier {
  readonly #credentials: ReadonlyMap<string, AwsCredential>;
  readonly #clock: Clock;
  readonly #keys = new SigningKeys();

  constructor(credentials: readonly AwsCredential[], clock: Clock) {
    this.#credentials = new Map(credentials.map((credential) => [credential.accessKeyId, credential]));
    this.#clock = clock;
  }

  /** False when no credentials are configured and every request is let in. */
  get enabled(): boolean {
    return this.#credentials.size > 0;
  }

  /** Returns the access key that signed. Throws {@link SignatureError}. The region is the client's own choice. */
  verify(request: SignedRequest, service: string): string {
    const authorization = readAuthorization(request.headers, request.query);
    const credential = this.#credentials.get(authorization.accessKeyId);
    if (credential === undefined) throw new SignatureError("unknown-key", "The security token included in the request is invalid.");
    this.#checkScope(authorization, service);
    this.#checkTime(authorization);
    const canonical = canonicalRequest({
      method: request.method,
      path: request.path,
      query: request.query,
      headers: request.headers,
      signedHeaders: authorization.signedHeaders,
      payloadHash: hash("sha256", request.body, "hex"),
      ...(authorization.kind === "presigned" ? { queryLeftOut: "X-Amz-Signature" } : {}),
    });
    const { date, region } = authorization.scope;
    const scope = `${date}/${region}/${service}/aws4_request`;
    const stringToSign = `AWS4-HMAC-SHA256\n${authorization.timestamp}\n${scope}\n${hash("sha256", canonical, "hex")}`;
    const expected = createHmac("sha256", this.#keys.for(credential, authorization.scope)).update(stringToSign).digest("hex");
    if (!equalInConstantTime(expected, authorization.signature)) throw mismatch(canonical, stringToSign);
    return authorization.accessKeyId;
  }

  #checkScope(authorization: Authorization, service: string): void {
    if (authorization.scope.service !== service) {
      throw new SignatureError("invalid", `Credential should be scoped to correct service: '${service}'.`);
    }
    const day = authorization.timestamp.slice(0, 8);
    if (authorization.scope.date !== day) {
      throw new SignatureError(
        "invalid",
        `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${authorization.scope.date}' != '${day}', from '${authorization.timestamp}'.`,
      );
    }
    if (!authorization.signedHeaders.includes("host") && !authorization.signedHeaders.includes(":authority")) {
      throw new SignatureError("invalid", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    }
  }

  #checkTime(authorization: Authorization): void {
    const nowMs = this.#clock.nowMs();
    const signedMs = parseTimestamp(authorization.timestamp);
    const lifeMs = authorization.expiresSeconds === null ? clockToleranceMs : authorization.expiresSeconds * 1000;
    const now = formatTimestamp(nowMs);
    if (!(signedMs + lifeMs >= nowMs)) {
      const oldest = formatTimestamp(nowMs - clockToleranceMs);
      const detail =
        authorization.expiresSeconds === null
          ? `${authorization.timestamp} is now earlier than ${oldest} (${now} - 5 min.)`
          : `${formatTimestamp(signedMs + (Number.isFinite(lifeMs) ? lifeMs : 0))} is now earlier than ${now}`;
      throw new SignatureError("invalid", `Signature expired: ${detail}`);
    }
    if (signedMs > nowMs + clockToleranceMs) {
      const newest = formatTimestamp(nowMs + clockToleranceMs);
      throw new SignatureError("invalid", `Signature not yet current: ${authorization.timestamp} is still later than ${newest} (${now} + 5 min.)`);
    }
  }
}

function equalInConstantTime(expected: string, given: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(expected, "latin1"), Buffer.from(given, "latin1"));
}

/** AWS adds both intermediate texts, which hold no secret, so that a client's author sees where the two differ. */
function mismatch(canonical: string, stringToSign: string): SignatureError {
  return new SignatureError(
    "invalid",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. " +
      "Consult the service documentation for details.\n\n" +
      `The Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'${stringToSign}'\n`,
  );
}
