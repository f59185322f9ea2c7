/** One request with a JSON body, for clients of what listens on the console port. */
import { HeadraceError } from "../core/index.ts";

/** `service`: what should answer at `base`, for the error. @throws HeadraceError `unreachable`. */
export async function sendRequest(
  service: string,
  base: string,
  method: string,
  path: string,
  body: unknown,
): Promise<{ readonly status: number; readonly ok: boolean; readonly text: string }> {
  try {
    const response = await fetch(base + path, {
      method,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    return { status: response.status, ok: response.ok, text: await response.text() };
  } catch (cause) {
    throw new HeadraceError("unreachable", `no ${service} answers at ${base}`, {
      cause,
      hint: "start one with `headrace server`, or name it with --server URL",
    });
  }
}
