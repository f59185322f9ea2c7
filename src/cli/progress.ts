/** One line on the terminal that is written over: for work that takes more than two seconds. */
import type { Clock } from "../core/index.ts";

const intervalMs = 100;

export class ProgressLine {
  readonly #clock: Clock;
  readonly #shown: boolean;
  #lastMs = -Infinity;
  #written = false;

  constructor(clock: Clock, wanted: boolean) {
    this.#clock = clock;
    this.#shown = wanted && process.stderr.isTTY === true;
  }

  show(text: string): void {
    if (!this.#shown) return;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lastMs < intervalMs) return;
    this.#lastMs = nowMs;
    this.#written = true;
    process.stderr.write(`\r\u001b[2K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
  }

  end(): void {
    if (this.#written) process.stderr.write("\r\u001b[2K");
    this.#written = false;
  }
}

/** "████░░░░ 52 %". */
export function bar(share: number, width = 24): string {
  const within = Math.min(1, Math.max(0, share));
  const filled = Math.round(within * width);
  return `${"█".repeat(filled)}${"░".repeat(width - filled)} ${Math.floor(within * 100)} %`;
}
