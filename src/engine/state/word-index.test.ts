import { describe, expect, it } from "vitest";
import { StateBuffer, StateCursor } from "./codec.ts";
import { WordIndex } from "./word-index.ts";

describe("WordIndex", () => {
  it("finds every key while its table grows, and after restores in between", () => {
    let index = new WordIndex();
    const ids = new Map<string, number>();
    let seed = 3;
    const next = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) | 0);
    const buffer = new StateBuffer();
    for (let step = 0; step < 60_000; step++) {
      const low = next() >> (step % 3 === 0 ? 18 : 15);
      const high = step % 5 === 0 ? -1 : 0;
      const key = `${low}/${high}`;
      const known = ids.get(key) ?? ids.size + (index.nullId >= 0 ? 1 : 0);
      ids.set(key, known);
      expect(index.add(low, high)).toBe(known);
      if (step === 1000) expect(index.addNull()).toBe(ids.size);
      if (step % 7919 === 0) {
        index.write(buffer, step === 0);
        const reader = new StateCursor(buffer.finish());
        const twin = new WordIndex();
        while (!reader.atEnd) twin.read(reader);
        if (step % 2 === 0) index = twin;
        expect(twin.size).toBe(index.size);
      }
    }
    for (const [key, id] of ids) {
      const [low, high] = key.split("/").map(Number);
      expect(index.add(low!, high!)).toBe(id);
    }
    expect(index.size).toBe(ids.size + 1);
  });
});
