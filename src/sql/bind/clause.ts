/** Tells which clause a fault stands in. */
import { SqlError, type SqlErrorCode } from "../errors.ts";

/** Runs `work`; a fault that names no clause yet gets this one, so the innermost stays. */
export function inClause<T>(clause: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SqlError) || error.clause !== undefined) throw error;
    throw new SqlError(error.code as SqlErrorCode, error.message, error.span, { clause, hint: error.hint, expected: error.expected, cause: error.cause });
  }
}
