import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32c, crc32cByTables } from "./crc32c.ts";

// RFC 3720, B.4: check values of 32 zeros, 32 ones, and 0 to 31.
const published: [Uint8Array, number][] = [
  [new Uint8Array(32), 0x8a9136aa],
  [new Uint8Array(32).fill(0xff), 0x62a8ab43],
  [Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
];

test.each([
  ["native", crc32c],
  ["by tables", crc32cByTables],
])("%s gives the published values", (_, checksum) => {
  for (const [bytes, value] of published) expect(checksum(bytes)).toBe(value);
});

test("both ways agree, also when continued", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (bytes, at) => {
      const cut = at % (bytes.length + 1);
      const whole = crc32c(bytes);
      expect(crc32cByTables(bytes)).toBe(whole);
      expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(whole);
      expect(crc32cByTables(bytes.subarray(cut), crc32cByTables(bytes.subarray(0, cut)))).toBe(whole);
    }),
  );
});
