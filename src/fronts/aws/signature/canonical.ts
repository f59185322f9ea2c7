/** The canonical request of Signature Version 4 (AWS: "Create a signed AWS API request"). Pure. */
import type { IncomingHttpHeaders } from "node:http";

const unreserved = /[^A-Za-z0-9\-._~]/g;

/** Percent-encodes all but RFC 3986 unreserved characters, in UTF-8 and upper-case hex. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(unreserved, (character) => (character === "%" ? "%" : `%${character.charCodeAt(0).toString(16).toUpperCase()}`));
}

/** Dot segments and doubled slashes removed, every segment encoded once more than on the wire: the rule for all services but S3. */
export function canonicalPath(path: string): string {
  if (path === "/" || path === "") return "/";
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") kept.pop();
    else kept.push(encodeStrictly(segment));
  }
  const trailing = kept.length > 0 && /\/\.{0,2}$/.test(path) ? "/" : "";
  return `/${kept.join("/")}${trailing}`;
}

/** Parameters sorted by encoded name, then value; `leftOut` names one that takes no part (the signature itself). */
export function canonicalQuery(query: string, leftOut?: string): string {
  if (query === "") return "";
  const pairs: [string, string][] = [];
  for (const part of query.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    if (name === leftOut) continue;
    pairs.push([encodeStrictly(name), encodeStrictly(equals < 0 ? "" : decode(part.slice(equals + 1)))]);
  }
  pairs.sort((left, right) => compare(left[0], right[0]) || compare(left[1], right[1]));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Value of a signed header: HTTP/2 carries the host as `:authority`; several values are joined, runs of spaces made one. */
export function headerValue(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name] ?? (name === "host" ? (headers as Record<string, string | undefined>)[":authority"] : undefined);
  const text = Array.isArray(value) ? value.join(",") : (value ?? "");
  return text.trim().replace(/ {2,}/g, " ");
}

export interface CanonicalRequestParts {
  method: string;
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  /** Lower case, in the order the client named them. */
  signedHeaders: readonly string[];
  /** Hexadecimal SHA-256 of the body. */
  payloadHash: string;
  queryLeftOut?: string;
}

export function canonicalRequest(parts: CanonicalRequestParts): string {
  let headers = "";
  for (const name of parts.signedHeaders) headers += `${name}:${headerValue(parts.headers, name)}\n`;
  return [
    parts.method,
    canonicalPath(parts.path),
    canonicalQuery(parts.query, parts.queryLeftOut),
    headers,
    parts.signedHeaders.join(";"),
    parts.payloadHash,
  ].join("\n");
}
