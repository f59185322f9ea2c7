import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ShardState } from "./log.ts";
import { advanceSequenceNumber, endingSequenceNumber, parseSequenceNumber, sequenceNumber, startingSequenceNumber } from "./sequence-number.ts";

function shard(index: number, createdMs: number): ShardState {
  return {
    shard: index,
    stream: "s",
    index,
    hashRange: { start: 0n, end: 1n },
    parents: [],
    children: [],
    createdMs,
    closedMs: createdMs + 1000,
    startOffset: 0,
    endOffset: 0,
    lastStableOffset: 0,
    storedBytes: 0,
    lastAppendMs: 0,
  };
}

const arbitraryShard = fc
  .tuple(fc.nat(20_000), fc.integer({ min: 1_400_000_000_000, max: 4_000_000_000_000 }))
  .map(([index, createdMs]) => shard(index, createdMs));
const arbitraryOffset = fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 10 }));

describe("sequence numbers", () => {
  it("has 56 digits and the layout seen on AWS", () => {
    const text = sequenceNumber(shard(3, 1_400_000_000_000), 6, 1_400_000_001_000);
    expect(text).toHaveLength(56);
    expect(BigInt(text).toString(16)).toBe(["2", "0", "53724e00", "3", "0000000000000007", "000", "53724e01", "00000003", "2"].join(""));
  });

  it("gives offset and shard back", () => {
    fc.assert(
      fc.property(arbitraryShard, arbitraryOffset, fc.nat(10_000_000), (state, offset, laterMs) => {
        const arrivalMs = state.createdMs + laterMs;
        expect(parseSequenceNumber(sequenceNumber(state, offset, arrivalMs))).toEqual({
          createdSecond: Math.floor(state.createdMs / 1000),
          shardIndex: state.index,
          offset,
          arrivalSecond: Math.floor(arrivalMs / 1000),
        });
      }),
    );
  });

  it("sorts by offset, between the shard's start and end, whatever the clock did", () => {
    fc.assert(
      fc.property(arbitraryShard, arbitraryOffset, fc.nat(10_000_000), fc.nat(10_000_000), (state, offset, firstMs, secondMs) => {
        const first = BigInt(sequenceNumber(state, offset, state.createdMs + firstMs));
        const second = BigInt(sequenceNumber(state, offset + 1, state.createdMs + secondMs));
        expect(BigInt(startingSequenceNumber(state)) < first && first < second && second < BigInt(endingSequenceNumber(state))).toBe(true);
      }),
    );
  });

  it("counts digits up to the next record's number", () => {
    fc.assert(
      fc.property(arbitraryShard, arbitraryOffset, (state, offset) => {
        const digits = Buffer.from(`x${sequenceNumber(state, offset, state.createdMs)}y`, "latin1");
        advanceSequenceNumber(digits, digits.length - 1);
        expect(digits.toString("latin1")).toBe(`x${sequenceNumber(state, offset + 1, state.createdMs)}y`);
      }),
    );
  });

  it("refuses numbers of another layout", () => {
    for (const text of ["0", "1", "abc", "9".repeat(56), `${sequenceNumber(shard(0, 1.7e12), 0, 1.7e12)}0`]) expect(parseSequenceNumber(text)).toBeNull();
  });
});
