/** The admin API over fetch. */
import { HeadraceError, type ErrorCode } from "../core/index.ts";
import type { ApiError, DeadLetterInformation, JobInformation, JobSubmission, Page, ServerInformation } from "./api.ts";
import { sendRequest } from "./request.ts";

export class AdminClient {
  readonly #base: string;

  /** `server`: the console URL, such as "http://127.0.0.1:4500". */
  constructor(server: string) {
    this.#base = server.replace(/\/+$/, "");
  }

  server(): Promise<ServerInformation> {
    return this.#call("GET", "/api/v1/server");
  }

  jobs(): Promise<Page<JobInformation>> {
    return this.#call("GET", "/api/v1/jobs");
  }

  job(name: string): Promise<JobInformation> {
    return this.#call("GET", `/api/v1/jobs/${encodeURIComponent(name)}`);
  }

  submit(job: JobSubmission): Promise<JobInformation> {
    return this.#call("POST", "/api/v1/jobs", job);
  }

  /** Answers when the job has stopped. */
  stop(name: string, drain: boolean): Promise<JobInformation> {
    return this.#call("POST", `/api/v1/jobs/${encodeURIComponent(name)}/stop`, { drain });
  }

  remove(name: string): Promise<void> {
    return this.#call("DELETE", `/api/v1/jobs/${encodeURIComponent(name)}`);
  }

  explain(sql: string, baseDirectory: string): Promise<{ plan: string }> {
    return this.#call("POST", "/api/v1/explain", { sql, baseDirectory });
  }

  deadLetters(query: { after?: string; limit?: number; job?: string }): Promise<Page<DeadLetterInformation>> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
    return this.#call("GET", `/api/v1/dead-letters?${parameters.toString()}`);
  }

  async #call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const { ok, status, text } = await sendRequest("Headrace server", this.#base, method, path, body);
    const answer = parsed(text);
    if (ok && answer !== null) return answer.value as Answer;
    const { code, message, hint } = (answer?.value ?? {}) as Partial<ApiError>;
    if (typeof code === "string" && typeof message === "string") throw new HeadraceError(code as ErrorCode, message, hint === undefined ? undefined : { hint });
    throw new HeadraceError("unreachable", `what answers at ${this.#base} is no Headrace server (status ${status})`, {
      hint: "--server is the address of the console port, by default 4500",
    });
  }
}

/** Null when the text is not JSON. */
function parsed(text: string): { readonly value: unknown } | null {
  try {
    return { value: text === "" ? undefined : (JSON.parse(text) as unknown) };
  } catch {
    return null;
  }
}
