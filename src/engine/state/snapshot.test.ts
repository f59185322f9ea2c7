import { describe, expect, it } from "vitest";
import { StateBuffer, StateCursor } from "./codec.ts";
import { RecordStore } from "./record-store.ts";
import { decodeScalar, encodeScalar } from "./scalars.ts";
import { changesOf, restoreStates, snapshotStates } from "./snapshot.ts";
import { ValueCell } from "./value-cell.ts";

describe("snapshots", () => {
  const cell = () => new ValueCell("progress", ["watermark"]);

  it("refuse another operator's state by name, layout and count", () => {
    const snapshot = snapshotStates([cell()]);
    expect(() => restoreStates([new ValueCell("other", ["watermark"])], snapshot, [])).toThrow(/holds state "progress" where the operator has "other"/);
    expect(() => restoreStates([new ValueCell("progress", ["rows"])], snapshot, [])).toThrow(/layout cell:watermark, the operator expects cell:rows/);
    expect(() => restoreStates([cell(), cell()], snapshot, [])).toThrow(/holds 1 states, the operator has 2/);
  });

  it("refuse damaged bytes, and changes in place of a snapshot", () => {
    const snapshot = snapshotStates([cell()]);
    expect(() => restoreStates([cell()], snapshot.subarray(0, snapshot.length - 3), [])).toThrow(/end inside/);
    expect(() => restoreStates([cell()], changesOf([cell()]), [])).toThrow(/changes where a snapshot is due/);
    expect(() => restoreStates([cell()], snapshot, [snapshot])).toThrow(/a snapshot where changes are due/);
    expect(() => restoreStates([cell()], new Uint8Array(40), [])).toThrow(/corrupt|cannot be read/);
    const store = new RecordStore("records", 1);
    store.ensure(3);
    const bytes = snapshotStates([store]);
    bytes[bytes.length - 1 - 3 * 16 - 4] = 9;
    expect(() => restoreStates([new RecordStore("records", 1)], bytes, [])).toThrow(/cannot be read/);
  });
});

describe("codec", () => {
  it("reads what was written and nothing else", () => {
    const writer = new StateBuffer(4);
    writer.number(-0);
    writer.bytes(Uint8Array.of(1, 2, 3));
    writer.array(BigInt64Array.of(5n, -(2n ** 63n)), 1, 2);
    writer.array(Int32Array.of(7, 8, 9), 0, 2);
    const reader = new StateCursor(writer.finish());
    expect(Object.is(reader.number(), -0)).toBe(true);
    expect([...reader.bytes()]).toEqual([1, 2, 3]);
    const wide = new BigInt64Array(2);
    expect(reader.arrayLength()).toBe(1);
    expect(reader.array(wide, 1)).toBe(1);
    expect(wide[1]).toBe(-(2n ** 63n));
    expect(() => reader.number()).toThrow(/expected a number/);
    expect(() => reader.array(new Float64Array(2), 0)).toThrow(/another type/);
    expect(() => reader.array(new Int32Array(1), 0)).toThrow(/where 1 fit/);
    expect(reader.array(new Int32Array(2), 0)).toBe(2);
    expect(reader.atEnd).toBe(true);
  });

  it("keeps scalars of every type, and gives equal maps equal bytes", () => {
    const values = [
      null,
      true,
      false,
      -0,
      Number.NaN,
      1.5,
      -(10n ** 37n),
      "ü",
      Uint8Array.of(0, 255),
      [1, [null, "x"]],
      new Map<unknown, unknown>([
        ["a", 1n],
        ["b", [2]],
      ]),
    ];
    for (const value of values) expect(decodeScalar(encodeScalar(value))).toEqual(value);
    const one = encodeScalar(
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
    ).slice();
    expect(
      encodeScalar(
        new Map([
          ["b", 2],
          ["a", 1],
        ]),
      ),
    ).toEqual(one);
  });
});
