/**
 * The server's settings from, in this order: command line, environment (HEADRACE_…), `headrace.config.json` of the
 * working folder or --config FILE, defaults. A key nobody knows is an error that names the nearest one.
 */
import { HeadraceError, nearestName } from "../core/index.ts";

export interface ServerConfiguration {
  /** Folder of the log and of everything else that is kept. */
  readonly data: string;
  readonly host: string;
  /** AWS-shaped fronts; 0 takes a free port. */
  readonly port: number;
  /** Admin API and metrics. */
  readonly consolePort: number;
  /** Access keys; without any, the server listens on loopback only. */
  readonly credentials: readonly { readonly accessKeyId: string; readonly secretAccessKey: string }[];
  readonly region: string;
  readonly accountId: string;
}

export const defaultConfiguration: ServerConfiguration = {
  data: ".headrace",
  host: "127.0.0.1",
  port: 4566,
  consolePort: 4500,
  credentials: [],
  region: "us-east-1",
  accountId: "000000000000",
};

/** Key in the file → how a text becomes its value. The environment's name is HEADRACE_ and the key in capitals. */
const keys: { [Key in keyof ServerConfiguration]: (value: unknown, key: string) => ServerConfiguration[Key] } = {
  data: text,
  host: text,
  port,
  consolePort: port,
  credentials,
  region: text,
  accountId: (value, key) => {
    const id = text(value, key);
    if (!/^\d{12}$/.test(id)) throw refused(key, value, "12 digits");
    return id;
  },
};

export function environmentName(key: string): string {
  return `HEADRACE_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Merges the three; `given` are command line options that were present. */
export function readConfiguration(
  given: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
  file: { readonly path: string; readonly text: string } | null,
): ServerConfiguration {
  const result: Record<string, unknown> = { ...defaultConfiguration };
  if (file !== null) for (const [key, value] of Object.entries(parseFile(file))) result[key] = valueOf(key, value, `${file.path}: `);
  for (const key of Object.keys(keys) as (keyof ServerConfiguration)[]) {
    const value = environment[environmentName(key)];
    if (value !== undefined && value !== "") result[key] = keys[key](value, environmentName(key));
  }
  for (const [key, value] of Object.entries(given)) if (value !== undefined) result[key] = valueOf(key, value, "");
  return result as unknown as ServerConfiguration;
}

function parseFile(file: { readonly path: string; readonly text: string }): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(file.text);
  } catch (cause) {
    throw new HeadraceError("usage", `${file.path} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new HeadraceError("usage", `${file.path} holds no JSON object`);
  return parsed as Record<string, unknown>;
}

function valueOf(key: string, value: unknown, where: string): unknown {
  if (!Object.hasOwn(keys, key)) {
    const near = nearestName(key, Object.keys(keys));
    const hint = near === undefined ? `known keys: ${Object.keys(keys).join(", ")}` : `did you mean "${near}"?`;
    throw new HeadraceError("unknown-option", `${where}no setting is called "${key}"`, { hint });
  }
  return keys[key as keyof ServerConfiguration](value, where + key);
}

function text(value: unknown, key: string): string {
  if (typeof value !== "string" || value === "") throw refused(key, value, "a text");
  return value;
}

function port(value: unknown, key: string): number {
  const number = typeof value === "number" ? value : typeof value === "string" && /^\d+$/.test(value) ? Number(value) : NaN;
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw refused(key, value, "a port, 0 to 65535");
  return number;
}

/** A list of objects in the file; in the environment "KEY:SECRET,KEY:SECRET". */
function credentials(value: unknown, key: string): ServerConfiguration["credentials"] {
  const list =
    typeof value === "string"
      ? value.split(",").map((pair) => ({ accessKeyId: pair.split(":")[0], secretAccessKey: pair.split(":").slice(1).join(":") }))
      : value;
  if (!Array.isArray(list)) throw refused(key, value, 'a list of {"accessKeyId", "secretAccessKey"}');
  for (const entry of list as ({ accessKeyId?: unknown; secretAccessKey?: unknown } | null)[]) {
    const texts = [entry?.accessKeyId, entry?.secretAccessKey];
    if (!texts.every((each) => typeof each === "string" && each !== ""))
      throw new HeadraceError("usage", `${key}: each entry needs accessKeyId and secretAccessKey`);
  }
  return list as ServerConfiguration["credentials"];
}

function refused(key: string, value: unknown, expected: string): HeadraceError {
  const shown = /credential/i.test(key) ? "(hidden)" : JSON.stringify(value);
  return new HeadraceError("usage", `${key} is ${shown}, expected ${expected}`);
}
