/** One statement under way: its result is pulled page by page; a page may be asked for twice. */
import { HeadraceError } from "../../core/index.ts";
import type { SqlResult, SqlRow } from "./executor.ts";

const pageWaitTurns = 1;

export interface Page {
  readonly rows: readonly SqlRow[];
  readonly state: "PAYLOAD" | "NOT_READY" | "EOS";
}

export class Operation {
  readonly result: Promise<SqlResult>;
  status: "RUNNING" | "FINISHED" | "ERROR" | "CANCELED" | "CLOSED" = "RUNNING";
  #token = 0;
  #page: Page = { rows: [], state: "NOT_READY" };
  #pending: Promise<void> | null = null;
  #arrived: readonly SqlRow[] | null | undefined = undefined;
  #failure: unknown = null;

  constructor(result: Promise<SqlResult>) {
    this.result = result;
    result.then(
      () => this.#pull(),
      (error: unknown) => this.#failed(error),
    );
  }

  /** The page of a token: the present one, or the one before again. @throws what made the statement fail. */
  async page(token: number): Promise<Page> {
    if (token === this.#token - 1) return this.#page;
    if (token !== this.#token) throw new HeadraceError("invalid-argument", `Expecting token to be ${this.#token}, but found ${token}.`);
    for (let turn = 0; turn < pageWaitTurns && this.#arrived === undefined && this.#failure === null; turn++)
      await Promise.race([
        this.#pending,
        this.result.then(
          () => {},
          () => {},
        ),
      ]);
    // The same token asked for twice at once: the other call took the page meanwhile.
    if (token !== this.#token) return this.page(token);
    if (this.#failure !== null) throw this.#failure;
    if (this.#arrived === undefined) return { rows: [], state: "NOT_READY" };
    const rows = this.#arrived;
    this.#token++;
    this.#page = rows === null ? { rows: [], state: "EOS" } : { rows, state: "PAYLOAD" };
    if (rows !== null) this.#pull();
    else this.status = "FINISHED";
    return this.#page;
  }

  #pull(): void {
    this.#arrived = undefined;
    this.#pending = this.result
      .then((result) => result.next())
      .then(
        (rows) => {
          this.#arrived = rows;
        },
        (error: unknown) => this.#failed(error),
      );
  }

  #failed(error: unknown): void {
    this.#failure = error;
    this.status = "ERROR";
  }

  async close(): Promise<void> {
    if (this.status === "RUNNING") this.status = "CANCELED";
    try {
      await (await this.result).close();
    } catch {
      // It failed: there is nothing to close.
    }
  }
}
