import type { ConnectorDeclaration } from "../../connector/index.ts";
import { DatagenSource } from "./source.ts";

/** Flink's `datagen`, with a seed: the same seed gives the same rows, also over restarts. */
export const datagenConnector: ConnectorDeclaration = {
  name: "datagen",
  summary: "Makes rows: random values within bounds, or sequences.",
  options: [
    { name: "rows-per-second", type: "integer", summary: "Rows made per second; 0 for as many as are read.", default: "10000", minimum: 0, role: "source" },
    { name: "number-of-rows", type: "integer", summary: "Ends after this many rows; absent: never, unless a sequence ends.", minimum: 0, role: "source" },
    {
      name: "seed",
      type: "integer",
      summary: "Start of the random numbers; absent: a new one at each first start.",
      minimum: 0,
      maximum: 4_294_967_295,
      role: "source",
    },
    {
      name: "fields.*",
      type: "map",
      summary:
        "Per column: `kind` (random or sequence), `min`, `max`, `length` of texts and bytes, `null-rate` from 0 to 1, `max-past` of timestamps, `start` and `end` of sequences.",
      role: "source",
      example: "'fields.amount.max' = '500'",
    },
  ],
  formats: { source: [], sink: [] },
  metadata: {},
  source: async (table, context) => new DatagenSource(table, context.platform),
};
