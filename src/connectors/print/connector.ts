import type { ConnectorDeclaration } from "../../connector/index.ts";
import { PrintSink } from "./sink.ts";

/** Flink's `print`. */
export const printConnector: ConnectorDeclaration = {
  name: "print",
  summary: "Writes every change to standard output as Flink does: `+I[…]`, `-U[…]`, `+U[…]`, `-D[…]`.",
  options: [
    { name: "print-identifier", type: "text", summary: "Text before each row, followed by '> '.", role: "sink", example: "late" },
    { name: "standard-error", type: "boolean", summary: "Writes to standard error instead.", default: "false", role: "sink" },
    { name: "sink.parallelism", type: "integer", summary: "Accepted for Flink's sake: one writer prints.", minimum: 1, maximum: 1, role: "sink" },
  ],
  formats: { source: [], sink: [] },
  metadata: {},
  async sink(table) {
    const output = table.options.boolean("standard-error") ? process.stderr : process.stdout;
    return new PrintSink(table.options.optionalText("print-identifier"), output);
  },
};
