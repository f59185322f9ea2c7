import fc from "fast-check";
import { expect, test } from "vitest";
import { readVarint, varintLength, writeVarint } from "./varint.ts";

test("what is written is read, and takes the length that was said", () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer(), fc.integer({ min: -70, max: 70 }), fc.integer({ min: -(2 ** 51), max: 2 ** 51 })), (value) => {
      const bytes = new Uint8Array(12);
      const end = writeVarint(bytes, 1, value);
      expect(end - 1).toBe(varintLength(value));
      const cursor = { at: 1, value: 0 };
      expect(readVarint(bytes, cursor)).toBe(value);
      expect(cursor).toEqual({ at: end, value });
    }),
  );
});

test.each([
  [0, [0]],
  [-1, [1]],
  [1, [2]],
  [63, [126]],
  [64, [128, 1]],
  [-65, [129, 1]],
  [300, [0xd8, 0x04]],
  [2 ** 31 - 1, [0xfe, 0xff, 0xff, 0xff, 0x0f]],
])("%d is encoded as Protocol Buffers' sint64 does", (value, expected) => {
  const bytes = new Uint8Array(10);
  expect([...bytes.subarray(0, writeVarint(bytes, 0, value))]).toEqual(expected);
});
