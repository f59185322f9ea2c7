/** Structured logs on stderr, one JSON object a line. HEADRACE_LOG sets the level (default: warn). */
import { pino } from "pino";

export interface Logger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

let root: ReturnType<typeof pino> | null = null;

/** A logger that names its room in every line. */
export function createLogger(room: string): Logger {
  root ??= pino({ level: process.env.HEADRACE_LOG ?? "warn", base: null }, pino.destination({ fd: 2, sync: true }));
  return root.child({ room });
}
