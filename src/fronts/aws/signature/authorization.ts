/** Reads what a request says about its signature: the Authorization header, or the query of a presigned URL. Pure. */
import type { IncomingHttpHeaders } from "node:http";
import { SignatureError } from "../errors.ts";
import type { CredentialScope } from "./signing-key.ts";

export interface Authorization {
  kind: "header" | "presigned";
  accessKeyId: string;
  scope: CredentialScope;
  /** Lower case, in the client's order. */
  signedHeaders: string[];
  /** 64 hexadecimal digits, if the client did it right. */
  signature: string;
  /** YYYYMMDDTHHMMSSZ. */
  timestamp: string;
  /** Life of a presigned URL from its timestamp; null for a header. */
  expiresSeconds: number | null;
}

/** Throws {@link SignatureError} `missing` or `incomplete`, with the texts AWS uses. */
export function readAuthorization(headers: IncomingHttpHeaders, query: string): Authorization {
  const header = headers.authorization;
  const presigned = query.includes("X-Amz-Algorithm=");
  if (header !== undefined && presigned) {
    throw new SignatureError("invalid", "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
  }
  if (presigned) return readPresigned(new URLSearchParams(query));
  if (header === undefined || header === "") throw new SignatureError("missing", "Missing Authentication Token");
  return readHeader(header, headers);
}

function readHeader(header: string, headers: IncomingHttpHeaders): Authorization {
  const fields = new Map<string, string>();
  for (const part of header.split(/[, ]+/).slice(1)) {
    const equals = part.indexOf("=");
    if (equals > 0) fields.set(part.slice(0, equals), part.slice(equals + 1));
  }
  const date = headers["x-amz-date"] ?? headers.date;
  let problems = "";
  for (const name of ["Credential", "Signature", "SignedHeaders"]) {
    if (!fields.get(name)) problems += `Authorization header requires '${name}' parameter. `;
  }
  if (date === undefined) problems += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  if (problems !== "") throw new SignatureError("incomplete", `${problems}Authorization=${header}`);
  return {
    kind: "header",
    ...readCredential(fields.get("Credential")!),
    signedHeaders: fields.get("SignedHeaders")!.toLowerCase().split(";"),
    signature: fields.get("Signature")!,
    timestamp: readTimestamp(String(date)),
    expiresSeconds: null,
  };
}

function readPresigned(query: URLSearchParams): Authorization {
  let problems = "";
  for (const name of ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"]) {
    if (!query.get(name)) problems += `AWS query-string parameters must include '${name}'. `;
  }
  if (problems !== "") throw new SignatureError("incomplete", `${problems}Re-examine the query-string parameters.`);
  return {
    kind: "presigned",
    ...readCredential(query.get("X-Amz-Credential")!),
    signedHeaders: query.get("X-Amz-SignedHeaders")!.toLowerCase().split(";"),
    signature: query.get("X-Amz-Signature")!,
    timestamp: readTimestamp(query.get("X-Amz-Date")!),
    expiresSeconds: Number(query.get("X-Amz-Expires") ?? "900"),
  };
}

function readCredential(text: string): { accessKeyId: string; scope: CredentialScope } {
  const parts = text.split("/");
  if (parts.length !== 5) {
    throw new SignatureError("incomplete", `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${text}'`);
  }
  const [accessKeyId, date, region, service, term] = parts as [string, string, string, string, string];
  if (term !== "aws4_request") throw new SignatureError("invalid", `Credential should be scoped with a valid terminator: 'aws4_request', not '${term}'.`);
  return { accessKeyId, scope: { date, region, service } };
}

function readTimestamp(text: string): string {
  if (/^\d{8}T\d{6}Z$/.test(text)) return text;
  const fromHttpDate = Date.parse(text);
  if (Number.isNaN(fromHttpDate) || /^\d/.test(text)) {
    throw new SignatureError("incomplete", `Date must be in ISO-8601 'basic format'. Got '${text}'. See http://en.wikipedia.org/wiki/ISO_8601`);
  }
  return formatTimestamp(fromHttpDate);
}

/** YYYYMMDDTHHMMSSZ of a time in milliseconds. */
export function formatTimestamp(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

/** Milliseconds of YYYYMMDDTHHMMSSZ. */
export function parseTimestamp(text: string): number {
  const part = (from: number, to: number): number => Number(text.slice(from, to));
  return Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(9, 11), part(11, 13), part(13, 15));
}
