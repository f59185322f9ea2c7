import fc from "fast-check";
import { expect, test } from "vitest";
import { HeadraceError } from "../../core/index.ts";
import { BatchBuilder, checkBatch, encodeBatch, forEachRecord, readBatchHeader, readHeaders, type BatchRecord } from "./index.ts";

const bytesOrNull = fc.option(fc.uint8Array({ maxLength: 200 }), { nil: null });
const record: fc.Arbitrary<BatchRecord> = fc.record(
  {
    key: bytesOrNull,
    value: bytesOrNull,
    timestampMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    headers: fc.array(fc.record({ key: fc.string({ maxLength: 10, unit: "grapheme" }), value: bytesOrNull }), { maxLength: 3 }),
  },
  { requiredKeys: ["key", "value", "timestampMs"] },
);

function decode(batch: Uint8Array): BatchRecord[] {
  const records: BatchRecord[] = [];
  forEachRecord(batch, (view) => {
    records.push({
      key: view.keyStart < 0 ? null : batch.slice(view.keyStart, view.keyEnd),
      value: view.valueStart < 0 ? null : batch.slice(view.valueStart, view.valueEnd),
      timestampMs: view.timestampMs,
      headers: readHeaders(batch, view).map(({ key, value }) => ({ key, value: value === null ? null : value.slice() })),
    });
  });
  return records;
}

test("what is encoded is decoded", () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 40 }), (records) => {
      const batch = encodeBatch(records);
      checkBatch(batch);
      expect(decode(batch)).toEqual(records.map((each) => ({ ...each, headers: each.headers ?? [] })));
      expect(readBatchHeader(batch)).toMatchObject({
        recordCount: records.length,
        maxTimestampMs: Math.max(...records.map((each) => each.timestampMs)),
        producerId: -1,
      });
    }),
  );
});

test("a value written by its caller is the same as one handed over", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 9000 }), fc.uint8Array({ maxLength: 9 }), (value, key) => {
      const [copied, written] = [new BatchBuilder(1), new BatchBuilder(1)];
      copied.append(key, value, 5);
      const at = written.reserve(key, value.length, 5);
      written.buffer.set(value, at);
      expect(written.finish()).toEqual(copied.finish());
    }),
  );
});

test("every damaged bit after the leader epoch is noticed", () => {
  const batch = encodeBatch([{ key: Uint8Array.of(1), value: new Uint8Array(20), timestampMs: 1 }]);
  for (let bit = 16 * 8; bit < batch.length * 8; bit++) {
    const damaged = batch.slice();
    damaged[bit >> 3] ^= 1 << (bit & 7);
    expect(() => checkBatch(damaged), `bit ${bit}`).toThrow(HeadraceError);
  }
});

test("garbage is refused or decoded within its bounds, and never read for ever", () => {
  const batch = encodeBatch(Array.from({ length: 5 }, () => ({ key: new Uint8Array(3), value: new Uint8Array(30), timestampMs: 1 })));
  fc.assert(
    fc.property(fc.nat({ max: batch.length - 62 }), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const damaged = batch.slice();
      damaged[61 + at] = byte;
      try {
        forEachRecord(damaged, (view) => {
          expect(view.valueEnd).toBeLessThanOrEqual(damaged.length);
          expect(view.keyEnd).toBeLessThanOrEqual(damaged.length);
        });
      } catch (error) {
        if (!(error instanceof HeadraceError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});

test("a batch as Kafka's own documentation lays it out", () => {
  const batch = encodeBatch([{ key: new TextEncoder().encode("k"), value: new TextEncoder().encode("v"), timestampMs: 1 }]);
  expect(Buffer.from(batch).toString("hex")).toMatch(
    /^0{16}0000003a0000000002[0-9a-f]{8}000000000000000000000000000100000000000000010{0}ffffffffffffffffffffffffffff0000000110000000026b02760{2}$/,
  );
});
