/** Posts to subscribers, each with a time limit over all of it. Redirects are not followed. */
import { Agent as HttpAgent, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { Clock } from "../../core/index.ts";

/** SNS guide: an endpoint has 15 seconds. */
export const postTimeoutMs = 15_000;
const socketsPerHostMax = 64;

/** Keeps connections to subscribers open between posts. */
export class Poster {
  readonly #clock: Clock;
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: socketsPerHostMax });
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets: socketsPerHostMax });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Status of the answer; rejects when there is none, or when the signal aborts. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      const options = { method: "POST", headers: { ...headers, "content-length": String(Buffer.byteLength(body)) }, signal };
      const request = url.startsWith("https:") ? requestHttps(url, { ...options, agent: this.#https }) : requestHttp(url, { ...options, agent: this.#http });
      // Not the socket's own limit, which only counts silence: a subscriber that trickles would hold its place for ever.
      const timer = this.#clock.setTimer(postTimeoutMs, () => request.destroy(new Error(`no answer within ${postTimeoutMs} ms`)), { unref: true });
      const fail = (error: Error): void => {
        timer.cancel();
        reject(error);
      };
      request.on("response", (response) => {
        response.resume();
        response.on("end", () => {
          timer.cancel();
          resolve(response.statusCode ?? 0);
        });
        response.on("error", fail);
      });
      request.on("error", fail);
      request.end(body);
    });
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
