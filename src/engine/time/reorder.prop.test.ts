import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  batchFromRows,
  columnFromScalars,
  readScalar,
  rowsOf,
  simpleType,
  stringColumn,
  StringDictionary,
  stringType,
  timestampType,
  type Batch,
  type Column,
  type DataType,
  type Schema,
} from "../../data/index.ts";
import { changesOf, restoreStates, snapshotStates } from "../state/snapshot.ts";
import { Reorder } from "./reorder.ts";
import { RowBuffer } from "./row-buffer.ts";

/** Times mostly close together, sometimes far: both ways through, and rows of one time on either. */
const timesIn = (base: number): fc.Arbitrary<number> =>
  fc
    .oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 30 }) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 10_000 }) },
      { weight: 2, arbitrary: fc.constantFrom(0, 2047, 2048, 4095, 4096, 4097, 6143, 6144, 8192, 16384) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 10_000_000 }) },
    )
    .map((offset) => base + offset);

const actions = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.array(timesIn(0), { minLength: 1, maxLength: 30 }).map((times) => ({ kind: "push" as const, times })) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("drain" as const),
        step: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 9000 })),
        aim: fc.constantFrom(1, 5, 1000),
      }),
    },
  ),
  { maxLength: 30 },
);

describe("Reorder", () => {
  it("gives rows back by time, then by arrival, all of one time together", () => {
    fc.assert(
      fc.property(actions, fc.constantFrom(-5000, 1_700_000_000_000), fc.integer({ min: 0, max: 2 }), (steps, base, pressure) => {
        const reorder = new Reorder();
        reorder.reset(1 << 14);
        let slot = 0;
        let limit = base - 1;
        let waiting: { slot: number; time: number }[] = [];
        const push = (time: number): void => {
          reorder.push(slot, time);
          waiting.push({ slot: slot++, time });
        };
        // Enough far rows widen the horizon.
        for (let index = 0; index < pressure * 1200; index++) push(base + 5000 + index * 3);
        for (const step of steps) {
          if (step.kind === "push") {
            for (const time of step.times) if (base + time > limit) push(base + time);
            continue;
          }
          limit += step.step;
          for (;;) {
            const count = reorder.drain(limit, step.aim);
            const due = waiting.filter((row) => row.time <= limit).sort((left, right) => left.time - right.time || left.slot - right.slot);
            if (count === 0) {
              expect(due).toEqual([]);
              break;
            }
            expect([...reorder.order.subarray(0, count)]).toEqual(due.slice(0, count).map((row) => row.slot));
            expect(due[count]?.time).not.toBe(due[count - 1]!.time);
            expect(count >= Math.min(step.aim, due.length)).toBe(true);
            waiting = waiting.filter((row) => row.time > reorder.times[count - 1]!);
            expect(reorder.size).toBe(waiting.length);
          }
        }
        const rest = reorder.drain(Infinity, Infinity);
        expect(rest).toBe(waiting.length);
      }),
      { numRuns: 150 },
    );
  });
});

const schema: Schema = {
  fields: [
    { name: "ts", type: timestampType(3) },
    { name: "text", type: stringType() },
    { name: "bytes", type: { kind: "varbinary", length: 100, nullable: true } },
    { name: "whole", type: simpleType("bigint") },
    { name: "list", type: { kind: "array", element: simpleType("integer"), nullable: true } },
    { name: "flag", type: simpleType("boolean") },
  ],
};
const row = fc.tuple(
  timesIn(0),
  fc.option(fc.constantFrom("a", "b", "", "東京", "long text ".repeat(20)), { freq: 4 }),
  fc.option(fc.uint8Array({ maxLength: 300 }), { freq: 4 }),
  fc.option(fc.oneof(fc.bigInt(-5n, 5n), fc.constantFrom(2n ** 60n)), { freq: 4 }),
  fc.option(fc.array(fc.integer(), { maxLength: 3 }), { freq: 4 }),
  fc.option(fc.boolean(), { freq: 4 }),
);
const bufferActions = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("push" as const),
        rows: fc.array(row, { minLength: 1, maxLength: 40 }),
        layout: fc.constantFrom("string", "other", "view", "object"),
      }),
    },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 4000 }).map((step) => ({ kind: "drain" as const, step })) },
    { weight: 2, arbitrary: fc.constantFrom({ kind: "changes" as const }, { kind: "snapshot" as const }, { kind: "crash" as const }) },
  ),
  { maxLength: 25 },
);

function viewColumn(texts: readonly (string | null)[]): Column {
  const type: DataType = { kind: "varbinary", length: 1000, nullable: true };
  return columnFromScalars(
    type,
    texts.map((text) => (text === null ? null : new TextEncoder().encode(text))),
  );
}

describe("RowBuffer", () => {
  it("keeps every layout of every column, whatever waits how long, over snapshots and restores", () => {
    fc.assert(
      fc.property(bufferActions, (steps) => {
        const dictionaries = [new StringDictionary(), new StringDictionary()];
        const toBatch = (rows: readonly unknown[][], layout: string): Batch => {
          const batch = batchFromRows(schema, rows);
          const texts = rows.map((values) => values[1] as string | null);
          const text =
            layout === "view"
              ? viewColumn(texts)
              : layout === "object"
                ? columnFromScalars(stringType(), texts)
                : stringColumn(texts, dictionaries[layout === "string" ? 0 : 1]!);
          return { ...batch, columns: batch.columns.map((column, at) => (at === 1 ? text : column)) };
        };
        let buffer = new RowBuffer("waiting", schema, 0);
        let waiting: unknown[][] = [];
        let watermark = -1;
        let saved = { waiting: [] as unknown[][], watermark: -1 };
        let snapshot: Uint8Array | null = null;
        let deltas: Uint8Array[] = [];
        for (const step of steps) {
          if (step.kind === "push") {
            const rows = step.rows.filter((values) => values[0] > watermark);
            if (rows.length === 0) continue;
            const taken = Int32Array.from(step.rows.keys()).filter((at) => step.rows[at]![0] > watermark);
            buffer.push(toBatch(step.rows, step.layout), rows.length === step.rows.length ? null : taken, rows.length);
            waiting.push(...rows);
          } else if (step.kind === "drain") {
            watermark += step.step;
            const due = waiting.map((values, arrival) => ({ values, arrival })).filter(({ values }) => (values[0] as number) <= watermark);
            due.sort((left, right) => (left.values[0] as number) - (right.values[0] as number) || left.arrival - right.arrival);
            const out: unknown[][] = [];
            for (let count = buffer.drain(watermark, 7); count > 0; count = buffer.drain(watermark, 7)) {
              const columns = buffer.gather(0, count);
              for (let at = 0; at < count; at++) out.push(columns.map((column, field) => readScalar(column, schema.fields[field]!.type, at)));
              buffer.release(count);
            }
            expect(out).toEqual(due.map(({ values }) => values));
            waiting = waiting.filter((values) => (values[0] as number) > watermark);
          } else if (step.kind === "crash") {
            buffer = new RowBuffer("waiting", schema, 0);
            if (snapshot !== null) restoreStates([buffer], snapshot, deltas);
            waiting = [...saved.waiting];
            watermark = saved.watermark;
            buffer.resume(watermark);
          } else {
            if (step.kind === "snapshot" || snapshot === null) {
              snapshot = snapshotStates([buffer]);
              deltas = [];
            } else deltas.push(changesOf([buffer]));
            saved = { waiting: [...waiting], watermark };
          }
          expect(buffer.size).toBe(waiting.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("does not keep everything for the sake of a row far in the future", () => {
    const small: Schema = { fields: [schema.fields[0]!, schema.fields[1]!] };
    const buffer = new RowBuffer("waiting", small, 0);
    buffer.push(batchFromRows(small, [[1e12, "far"]]), null, 1);
    for (let batch = 0; batch < 400; batch++) {
      buffer.push(
        batchFromRows(
          small,
          Array.from({ length: 1000 }, (_, at) => [batch * 1000 + at, "near"]),
        ),
        null,
        1000,
      );
      for (let count = buffer.drain(batch * 1000 + 999, 1024); count > 0; count = buffer.drain(batch * 1000 + 999, 1024)) buffer.release(count);
    }
    expect(buffer.size).toBe(1);
    expect(buffer.sizeBytes).toBeLessThan(12_000_000);
    expect(buffer.drain(1e12, 10)).toBe(1);
    const columns = buffer.gather(0, 1);
    expect(rowsOf({ schema: small, columns, length: 1, changes: null })).toEqual([[1e12, "far"]]);
  });
});
