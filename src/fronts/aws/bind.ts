/** Law of the doors: without credentials a server is for this machine only. */
import { HeadraceError } from "../../core/index.ts";
import type { AwsCredential } from "./service.ts";

/** True for names and addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  if (name === "localhost" || name === "::1" || name === "0:0:0:0:0:0:0:1") return true;
  const address = name.startsWith("::ffff:") ? name.slice(7) : name;
  return /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}

/** Throws `usage` when `host` is reachable from outside and no credentials are configured. */
export function assertBindAllowed(host: string, credentials: readonly AwsCredential[]): void {
  if (credentials.length > 0 || isLoopback(host)) return;
  throw new HeadraceError("usage", `refusing to listen on ${host || "all addresses"} without credentials: anyone who reaches it could read and write`, {
    hint: "configure an access key and its secret, or listen on 127.0.0.1",
  });
}
