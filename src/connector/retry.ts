import { HeadraceError, sleep } from "../core/index.ts";
import type { Platform } from "../core/index.ts";

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attemptsMax: number;
  /** Wait after the first failure; doubles with each further one. */
  readonly firstDelayMs: number;
  readonly delayMsMax: number;
  /** False: the failure is final, no further try. Absent: every failure may pass. */
  readonly retryable?: (error: unknown) => boolean;
  /** True ends the waiting between two tries: the last failure is final. */
  readonly cancelled?: () => boolean;
}

/**
 * Runs `operation` until it succeeds, with waits drawn uniformly from the upper half of the doubling delay, so that many
 * callers that failed together do not come back together.
 *
 * @throws HeadraceError `connector-failed` naming `what` and the last failure; a HeadraceError that is not retryable passes as it is.
 */
export async function retry<T>(platform: Platform, what: string, policy: RetryPolicy, operation: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation(attempt);
    } catch (error) {
      const final = policy.retryable !== undefined && !policy.retryable(error);
      if (final && error instanceof HeadraceError) throw error;
      if (final || attempt >= policy.attemptsMax || policy.cancelled?.()) {
        const reason = error instanceof Error ? error.message : String(error);
        const tries = attempt === 1 ? "" : ` after ${attempt} tries`;
        throw new HeadraceError("connector-failed", `${what} failed${tries}: ${reason}`, { cause: error });
      }
      const delayMs = Math.min(policy.delayMsMax, policy.firstDelayMs * 2 ** (attempt - 1));
      await sleep(platform.clock, delayMs * (0.5 + platform.random.float() / 2));
    }
  }
}
