/** The process "dies": thrown by a driver at a chosen step. */
export class CrashError extends Error {
  override readonly name = "CrashError";
}
