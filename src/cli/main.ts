#!/usr/bin/env node
/** The command line. Each command is a file; it is loaded when it is called, so that `--help` and small commands start at once. */
import { Command, CommanderError, Option } from "commander";
import { exitCodes, printError } from "./output.ts";

export interface GlobalOptions {
  readonly json?: boolean;
  readonly server?: string;
}

type Action = (positional: readonly string[], options: Record<string, unknown>) => Promise<number>;

/** Runs a command's action and turns its outcome into the exit code. */
function action(load: () => Promise<Action>) {
  return async (...received: unknown[]): Promise<void> => {
    const command = received.at(-1) as Command;
    const positional = command.processedArgs.flat().filter((value) => value !== undefined) as string[];
    const options = command.optsWithGlobals();
    try {
      process.exitCode = await (await load())(positional, options);
    } catch (error) {
      process.exitCode = printError(error, options.json === true);
    }
  };
}

const program = new Command("headrace")
  .description("Event streams to features, scores, actions and a lake, in one durable process.")
  .option("--json", "machine-readable output: one JSON value a line")
  .addOption(new Option("--server <url>", "console address of a running server").env("HEADRACE_SERVER").default("http://127.0.0.1:4500"))
  .configureHelp({ showGlobalOptions: true })
  .showSuggestionAfterError()
  .exitOverride();

function serverOptions(command: Command): Command {
  return command
    .option("--data <dir>", "folder of everything that is kept (default: .headrace)")
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("--port <number>", "port of the AWS-shaped APIs, 0 for a free one (default: 4566)")
    .option("--console-port <number>", "port of the admin API, 0 for a free one (default: 4500)")
    .option("--config <file>", "settings (default: headrace.config.json, if there is one)");
}

serverOptions(program.command("server"))
  .description("run all fronts in the foreground until SIGTERM")
  .action(action(async () => (await import("./server.ts")).serverCommand));

serverOptions(program.command("dev"))
  .description("server and the pipelines found in PATH, started again when their files change, with the example's own data if it has some")
  .argument("[path]", "folder or .sql file", ".")
  .option("--speed <factor>", "event time per wall time of the example's data; 0: as fast as it goes")
  .option("--no-data", "do not run the example's data")
  .option("--once", "end when the example's data has gone through")
  .action(action(async () => (await import("./dev.ts")).devCommand));

serverOptions(program.command("run"))
  .description("run one pipeline to the end of its bounded sources; brings its own server unless --server names one")
  .argument("<file>", "FILE.sql")
  .option("--name <job>", "name of the job (default: the file's name)")
  .option("--attach", "submit to the running server named by --server")
  .action(action(async () => (await import("./run.ts")).runCommand));

program
  .command("sql")
  .description("run SQL over streams and lake tables, rows to stdout")
  .option("-e, --execute <sql>", "statement to run")
  .option("-f, --file <file>", "script to run")
  .action(action(async () => (await import("./sql.ts")).sqlCommand));

program
  .command("explain")
  .description("show the plan of a script")
  .argument("<file>", "FILE.sql")
  .action(action(async () => (await import("./explain.ts")).explainCommand));

const stream = program.command("stream").description("create, fill and read streams");
const endpoint = (command: Command): Command => command.option("--endpoint <url>", "address of the Kinesis API (default: asked of the server)");
endpoint(stream.command("create").argument("<name>").option("--shards <number>", "shards", "1"))
  .description("create a stream")
  .action(action(async () => (await import("./stream.ts")).createCommand));
endpoint(stream.command("ls"))
  .description("list streams")
  .action(action(async () => (await import("./stream.ts")).listCommand));
endpoint(stream.command("describe").argument("<name>"))
  .description("shards, ranges, positions")
  .action(action(async () => (await import("./stream.ts")).describeCommand));
endpoint(stream.command("delete").argument("<name>"))
  .description("delete a stream and its records")
  .action(action(async () => (await import("./stream.ts")).deleteCommand));
endpoint(stream.command("put").argument("<name>").option("--key <field>", "JSON field that is the partition key (default: a random key per record)"))
  .description("put lines of stdin as records")
  .action(action(async () => (await import("./stream-put.ts")).putCommand));
endpoint(
  stream
    .command("tail")
    .argument("<name>")
    .option("--from <where>", "trim-horizon, latest, an age like 10m, or a time", "latest")
    .option("--end", "stop at the newest record")
    .option("--limit <number>", "stop after so many records"),
)
  .description("print records as they come")
  .action(action(async () => (await import("./stream-tail.ts")).tailCommand));

const job = program.command("job").description("pipelines on a server");
job
  .command("ls")
  .description("list jobs")
  .action(action(async () => (await import("./job.ts")).listCommand));
job
  .command("describe")
  .argument("<name>")
  .description("rows, watermarks, state, why nothing comes out")
  .action(action(async () => (await import("./job.ts")).describeCommand));
job
  .command("stop")
  .argument("<name>")
  .option("--drain", "first work off what is there, and let waiting rows out")
  .description("stop a job")
  .action(action(async () => (await import("./job.ts")).stopCommand));
job
  .command("delete")
  .argument("<name>")
  .description("forget a stopped job and its state")
  .action(action(async () => (await import("./job.ts")).deleteCommand));

const letters = program.command("dead-letters").description("records that could not be taken");
letters
  .command("ls")
  .option("--job <name>")
  .option("--limit <number>", "letters", "50")
  .option("--after <number>", "page on")
  .description("list them")
  .action(action(async () => (await import("./dead-letters.ts")).listCommand));
letters
  .command("show")
  .argument("<number>")
  .description("one, with its original bytes")
  .action(action(async () => (await import("./dead-letters.ts")).showCommand));

// Whoever read the results has had enough: `headrace stream tail NAME | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(exitCodes.done);
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and version are no errors; anything else was a wrong command line, and commander has said so.
  process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
}
