/** AWS JSON 1.1: errors as `{"__type", "message"}`. */
import type { AwsResponse } from "../service.ts";
import { AwsError, type SignatureProblem } from "../errors.ts";

export const jsonContentType = "application/x-amz-json-1.1";

const signatureCodes: Record<SignatureProblem, string> = {
  missing: "MissingAuthenticationTokenException",
  incomplete: "IncompleteSignatureException",
  invalid: "InvalidSignatureException",
  "unknown-key": "UnrecognizedClientException",
};

export function jsonSignatureError(problem: SignatureProblem, message: string): AwsError {
  return new AwsError(signatureCodes[problem], message, 400);
}

export function jsonError(error: AwsError): AwsResponse {
  const body = error.message === "" ? { __type: error.code } : { __type: error.code, message: error.message };
  return { status: error.status, contentType: jsonContentType, body: JSON.stringify(body) };
}

/** The request's body as an object. Throws SerializationException, as AWS without a message, when it is none. */
export function parseJsonBody(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new AwsError("SerializationException", "");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new AwsError("SerializationException", "");
  return value as Record<string, unknown>;
}
