/** `headrace server`: all fronts in the foreground. */
import { createNodePlatform, type Platform } from "../core/index.ts";
import { readConfiguration, startServer, type RunningServer, type ServerConfiguration } from "../server/index.ts";
import { exitCodes, note, paint, printJson } from "./output.ts";
import { readTextFile } from "./files.ts";

export async function serverCommand(_positional: readonly string[], options: Record<string, unknown>): Promise<number> {
  const platform = createNodePlatform();
  const configuration = await configurationOf(options, platform);
  const server = await startServer({ configuration, platform });
  // Whoever reads that it is ready may end it at once.
  const signalled = untilSignal();
  announce(server, configuration, options.json === true);
  const signal = await signalled;
  await server.close();
  return signal === "SIGINT" && options.json !== true ? exitCodes.interrupted : exitCodes.done;
}

/** Command line, environment and file together. */
export async function configurationOf(options: Record<string, unknown>, platform: Platform): Promise<ServerConfiguration> {
  const path = typeof options.config === "string" ? options.config : "headrace.config.json";
  const text = await readTextFile(platform.disk, path, { required: typeof options.config === "string" });
  const { data, host, port, consolePort } = options;
  return readConfiguration({ data, host, port, consolePort }, process.env, text === null ? null : { path, text });
}

/** With --json the first line on stdout says that it is ready; otherwise people read where everything is. */
export function announce(server: RunningServer, configuration: ServerConfiguration, json: boolean): void {
  const { aws, console } = server.endpoints;
  if (json) {
    printJson({ event: "ready", aws, console, kafka: null, data: configuration.data, pid: process.pid });
    return;
  }
  note(`${paint("green", "headrace is ready")}`);
  note(`  AWS APIs  ${paint("bold", aws)}  Kinesis, SNS`);
  note(`  admin     ${paint("bold", console)}  jobs, dead letters, SQL Gateway, /metrics`);
  note(`  data      ${configuration.data}`);
  note(
    configuration.credentials.length === 0
      ? `  ${paint("dim", "no credentials configured: any key is accepted, and only this machine can connect")}`
      : `  ${paint("dim", `signatures are checked against ${configuration.credentials.length} access key(s)`)}`,
  );
}

export function untilSignal(): Promise<"SIGINT" | "SIGTERM"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(signal));
  });
}
