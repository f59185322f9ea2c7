/** The log's end of a message port. */
import type { MessagePort } from "node:worker_threads";
import type { Log, Tail } from "../log.ts";
import { packError, packResult, unpackEntries, type Answer, type PackedResult, type Question, type Request } from "./wire.ts";

/** Answers the questions of a {@link connectLog} at the port's other end. The returned function stops, and ends its tails. */
export function serveLog(log: Log, port: MessagePort): () => void {
  const tails = new Map<number, Tail>();
  const answer = (message: Answer, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  const stop = (): void => {
    for (const tail of tails.values()) tail.close();
    tails.clear();
    port.close();
  };
  port.on("message", ({ id, request }: Question) => {
    perform(log, tails, request).then(
      (value) => answer({ id, value }, transferable(request, value)),
      (error: unknown) => answer({ id, failure: packError(error) }),
    );
  });
  port.on("close", stop);
  return stop;
}

/** Asynchronous as a whole, so that a throw of a plain look-up is a rejection too; runs without waiting up to the log's call. */
async function perform(log: Log, tails: Map<number, Tail>, request: Request): Promise<unknown> {
  switch (request.method) {
    case "commit":
      return log.commit(unpackEntries(request.entries));
    case "read":
      return packResult(await log.read(request.request));
    case "offsetAtTime":
      return log.offsetAtTime(request.shard, request.timestampMs);
    case "shard":
      return log.shard(request.shard);
    case "stream":
      return log.stream(request.name);
    case "streams":
      return log.streams();
    case "tableGet":
      return copy(log.table(request.table).get(request.key));
    case "tableEntries":
      return log
        .table(request.table)
        .entries(request.prefix)
        .map(([key, value]) => [key, copy(value)]);
    case "health":
      return log.health();
    case "tailOpen":
      tails.set(request.tail, log.tail(request.request));
      return undefined;
    case "tailNext": {
      const result = (await tails.get(request.tail)?.next()) ?? null;
      return result === null ? null : packResult(result);
    }
    case "tailClose":
      tails.get(request.tail)?.close();
      tails.delete(request.tail);
      return undefined;
  }
}

/** Cloning a view clones the whole buffer under it: a value cut from a large one is cut out first. */
function copy(value: Uint8Array | undefined): Uint8Array | undefined {
  return value === undefined ? undefined : new Uint8Array(value);
}

function transferable(request: Request, value: unknown): ArrayBuffer[] {
  if ((request.method !== "read" && request.method !== "tailNext") || value === null) return [];
  const { bytes, columns } = value as PackedResult;
  return [bytes, columns.buffer as ArrayBuffer];
}
