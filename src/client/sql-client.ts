/** Flink's SQL Gateway REST API over fetch (docs "REST Endpoint", version 1): works against Headrace and against a Flink cluster. */
import { HeadraceError } from "../core/index.ts";
import { sendRequest } from "./request.ts";

export interface ResultPage {
  readonly columns: readonly string[];
  /** False for statements that only act. */
  readonly isQuery: boolean;
  readonly rows: readonly { readonly kind: string; readonly fields: readonly unknown[] }[];
  /** What the rows do not show: records left out. */
  readonly warnings: readonly string[];
}

interface ResultAnswer {
  readonly resultType: "NOT_READY" | "PAYLOAD" | "EOS";
  readonly isQueryResult?: boolean;
  readonly results?: { readonly columns: readonly { readonly name: string }[]; readonly data: ResultPage["rows"] };
  readonly nextResultUri?: string;
  readonly warnings?: readonly string[];
}

/** One session; close it to end its queries. */
export class SqlSessionClient {
  readonly #base: string;
  #handle = "";

  private constructor(server: string) {
    this.#base = server.replace(/\/+$/, "");
  }

  /** `properties`: settings as with SET. @throws HeadraceError `unreachable`. */
  static async open(server: string, properties: Readonly<Record<string, string>>): Promise<SqlSessionClient> {
    const session = new SqlSessionClient(server);
    session.#handle = (await session.#call<{ sessionHandle: string }>("POST", "/v1/sessions", { properties })).sessionHandle;
    return session;
  }

  /** Runs a statement; its pages as they come, at least one. @throws HeadraceError with the server's text. */
  async *execute(statement: string): AsyncGenerator<ResultPage> {
    const { operationHandle } = await this.#call<{ operationHandle: string }>("POST", `/v1/sessions/${this.#handle}/statements`, { statement });
    const operation = `/v1/sessions/${this.#handle}/operations/${operationHandle}`;
    try {
      let uri: string | undefined = `${operation}/result/0?rowFormat=JSON`;
      let columns: readonly string[] = [];
      let isQuery = true;
      while (uri !== undefined) {
        const answer: ResultAnswer = await this.#call("GET", uri);
        columns = answer.results?.columns.map(({ name }) => name) ?? columns;
        isQuery = answer.isQueryResult ?? isQuery;
        if (answer.resultType !== "NOT_READY") yield { columns, isQuery, rows: answer.results?.data ?? [], warnings: answer.warnings ?? [] };
        uri = answer.resultType === "EOS" ? undefined : answer.nextResultUri;
      }
    } finally {
      await this.#call("DELETE", `${operation}/close`).catch(() => {});
    }
  }

  async close(): Promise<void> {
    await this.#call("DELETE", `/v1/sessions/${this.#handle}`).catch(() => {});
  }

  async #call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const { ok, status, text } = await sendRequest("SQL Gateway", this.#base, method, path, body);
    if (ok) return JSON.parse(text === "" ? "{}" : text) as Answer;
    throw failure(text, status);
  }
}

/** The gateway answers with a list of texts, the last of which says what is wrong; ours may end in a line with a hint. */
function failure(text: string, status: number): HeadraceError {
  let message: string;
  try {
    message = (JSON.parse(text) as { errors: string[] }).errors.at(-1)!;
  } catch {
    return new HeadraceError("internal", `the server answered ${status}: ${text.slice(0, 200)}`);
  }
  const [, body, hint] = /^([\s\S]*?)(?:\nhint: (.*))?$/.exec(message)!;
  return new HeadraceError("sql-invalid", body, hint === undefined ? undefined : { hint });
}
