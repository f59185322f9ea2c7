import fc from "fast-check";
import { expect, test } from "vitest";
import { Occupancy } from "./occupancy.ts";

const change = (size: number) =>
  fc.record({ bucket: fc.oneof(fc.nat(size - 1), fc.nat(40), fc.integer({ min: size - 40, max: size - 1 })), add: fc.boolean() });

test.each([32, 4096, 1 << 17])("the next of %i buckets that holds something, as a set finds it", (size) => {
  fc.assert(
    fc.property(fc.array(change(size), { maxLength: 60 }), fc.nat(size - 1), fc.boolean(), (changes, from, cleared) => {
      const occupancy = new Occupancy(size);
      const held = new Set<number>();
      const buckets = size === 32 ? changes.map((one) => ({ ...one, bucket: Math.abs(one.bucket) & 31 })) : changes;
      for (const [at, { bucket, add }] of buckets.entries()) {
        if (add) occupancy.add(bucket);
        else occupancy.remove(bucket);
        if (add) held.add(bucket);
        else held.delete(bucket);
        if (cleared && at === 20) {
          occupancy.clear();
          held.clear();
        }
        for (const start of [from, bucket, (bucket + 1) % size]) {
          const expected = Math.min(Infinity, ...[...held].map((one) => (one - start + size) % size));
          expect(occupancy.distance(start)).toBe(held.size === 0 ? -1 : expected);
        }
      }
    }),
  );
});
