import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HashRange, ShardState } from "../../log/index.ts";
import { md5Words } from "./md5.ts";
import { ShardRouter } from "./shard-router.ts";
import { evenHashRanges } from "./shards.ts";

const router = (ranges: HashRange[]): ShardRouter => new ShardRouter(ranges.map((hashRange, index) => ({ hashRange, index }) as ShardState));

function md5(key: Uint8Array): bigint {
  return BigInt(`0x${createHash("md5").update(key).digest("hex")}`);
}

describe("routing", () => {
  it("hashes keys of every length as MD5 does", () => {
    const words = new Uint32Array(4);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(3), (key, before) => {
        const bytes = Buffer.concat([Buffer.alloc(before, 1), key, Buffer.from("behind")]);
        md5Words(bytes, before, before + key.length, words);
        expect([...words].map((word) => word.toString(16).padStart(8, "0")).join("")).toBe(createHash("md5").update(key).digest("hex"));
      }),
    );
  });

  it("finds the shard whose range holds the hash, for even and uneven ranges", () => {
    const cuts = fc.uniqueArray(fc.bigInt(1n, (1n << 128n) - 1n), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, fc.uint8Array({ minLength: 1, maxLength: 60 }), (points, key) => {
        const starts = [0n, ...points].sort((left, right) => (left < right ? -1 : 1));
        const ranges = starts.map((start, index) => ({ start, end: (starts[index + 1] ?? 1n << 128n) - 1n }));
        const routes = router(ranges);
        const hash = md5(key);
        const expected = ranges.findIndex(({ start, end }) => start <= hash && hash <= end);
        expect(routes.shards[routes.routeKey(key, 0, key.length)]!.index).toBe(expected);
        for (const [index, { start, end }] of ranges.entries()) {
          expect(routes.routeHash(start)).toBe(index);
          expect(routes.routeHash(end)).toBe(index);
        }
      }),
    );
  });

  it("cuts the hash space without gap or overlap", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (count) => {
        const ranges = evenHashRanges(count);
        expect(ranges[0]!.start).toBe(0n);
        expect(ranges[count - 1]!.end).toBe((1n << 128n) - 1n);
        for (let index = 1; index < count; index++) expect(ranges[index]!.start).toBe(ranges[index - 1]!.end + 1n);
      }),
      { numRuns: 30 },
    );
  });
});
