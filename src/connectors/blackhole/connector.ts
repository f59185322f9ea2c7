import type { ConnectorDeclaration, Prepared, Sink } from "../../connector/index.ts";

/** Swallows rows: for measuring a pipeline, and for queries run for their side effects. */
export const blackholeConnector: ConnectorDeclaration = {
  name: "blackhole",
  summary: "Takes every row and every change, and keeps nothing.",
  options: [],
  formats: { source: [], sink: [] },
  metadata: {},
  sink: async () => new BlackholeSink(),
};

const nothing: Prepared = { committable: null, state: null, appends: [] };

class BlackholeSink implements Sink {
  readonly ability = { changes: "retract", guarantee: "transactional" } as const;
  write(): void {}
  full(): boolean {
    return false;
  }
  async drained(): Promise<void> {}
  async prepare(): Promise<Prepared> {
    return nothing;
  }
  async commit(): Promise<void> {}
  async restore(): Promise<void> {}
  finish(): void {}
  async close(): Promise<void> {}
}
