/**
 * The console port checks no credentials, and browsers reach loopback too: a page of somebody else's could submit jobs there.
 * So requests must name this machine as their host (else a name that is pointed at 127.0.0.1 would do), and what a browser
 * sends for a page must come from this port's own pages.
 */
import type { IncomingMessage } from "node:http";
import { isLoopback } from "../fronts/index.ts";

/** Why a request is not taken; null when it is. */
export function foreignOrigin(request: IncomingMessage): string | null {
  const { host, origin } = request.headers;
  if (host === undefined || !URL.canParse(`http://${host}`) || !isLoopback(new URL(`http://${host}`).hostname))
    return `the host ${host ?? "(none)"} is not this machine`;
  if (origin !== undefined && origin !== `http://${host}`) return `pages of ${origin} may not use this port`;
  return request.headers["sec-fetch-site"] === "cross-site" ? "pages of other sites may not use this port" : null;
}
