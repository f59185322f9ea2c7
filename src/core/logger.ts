/** Structured logs on stderr, one JSON object a line. HEADRACE_LOG sets the level (default: warn). */
import { createRequire } from "node:module";
import type * as Pino from "pino";

export interface Logger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

const levels = ["debug", "info", "warn", "error"] as const;

let root: Pino.Logger | null = null;

/** Pino takes 25 ms to load: most commands never say anything. */
function load(level: string): Pino.Logger {
  const { pino } = createRequire(import.meta.url)("pino") as typeof Pino;
  return pino({ level, base: null }, pino.destination({ fd: 2, sync: true }));
}

/** A logger that names its room in every line. */
export function createLogger(room: string): Logger {
  const level = process.env.HEADRACE_LOG ?? "warn";
  const least = level === "trace" ? 0 : levels.findIndex((name) => name === level);
  let child: Pino.Logger | null = null;
  const write = (name: (typeof levels)[number], fields: object, text: string): void => {
    if (least < 0 || levels.indexOf(name) < least) return;
    child ??= (root ??= load(level)).child({ room });
    child[name](fields, text);
  };
  return {
    debug: (fields, text) => write("debug", fields, text),
    info: (fields, text) => write("info", fields, text),
    warn: (fields, text) => write("warn", fields, text),
    error: (fields, text) => write("error", fields, text),
  };
}
