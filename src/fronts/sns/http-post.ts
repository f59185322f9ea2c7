/** One POST to a subscriber, with a time limit. Redirects are not followed. */
import { request as requestHttp, Agent as HttpAgent } from "node:http";
import { request as requestHttps, Agent as HttpsAgent } from "node:https";

const agents = { http: new HttpAgent({ keepAlive: true, maxSockets: 64 }), https: new HttpsAgent({ keepAlive: true, maxSockets: 64 }) };
/** SNS guide: an endpoint has 15 seconds. */
export const timeoutMs = 15_000;

/** Status of the answer; rejects when there is none. */
export function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<number> {
  const secure = url.startsWith("https:");
  return new Promise((resolve, reject) => {
    const options = { method: "POST", headers: { ...headers, "content-length": String(Buffer.byteLength(body)) }, timeout: timeoutMs };
    const request = secure ? requestHttps(url, { ...options, agent: agents.https }) : requestHttp(url, { ...options, agent: agents.http });
    request.on("response", (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
      response.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.on("error", reject);
    request.end(body);
  });
}

export function closeConnections(): void {
  agents.http.destroy();
  agents.https.destroy();
}
