// Goal: cutting a text into pieces anywhere gives the records of the whole text. Method: an oracle that splits the whole text.
import fc from "fast-check";
import { expect, test } from "vitest";
import { TextReader, type TextPosition } from "./text-reader.ts";
import { findRecords } from "./records.ts";

const text = fc
  .array(fc.oneof(fc.constantFrom("\n", "\r\n", '"', "a", ",", "bc", "\n\n", "\\"), fc.constant("xyz")), { maxLength: 60 })
  .map((parts) => parts.join(""));

function oracle(whole: string, quoted: boolean): string[] {
  const records: string[] = [];
  let record = "";
  let inside = false;
  for (const character of whole) {
    if (quoted && character === '"') inside = !inside;
    if (character === "\n" && !inside) {
      records.push(record);
      record = "";
    } else record += character;
  }
  return [...records.map((each) => each.replace(/\r$/, "")), record].filter((each) => each !== "");
}

function reader(whole: string, quoted: boolean, position: TextPosition = { byte: 0, line: 0 }): TextReader {
  const all = Buffer.from(whole);
  const bytes = { read: async (at: number, length: number) => new Uint8Array(all.subarray(at, at + length)), close: async () => {} };
  return new TextReader(bytes, position, {
    name: "f",
    headerLines: 0,
    chunkBytesMax: 1 << 20,
    recordBytesMax: 1 << 20,
    quote: quoted ? 34 : -1,
    escape: -1,
    metadata: () => null,
  });
}

async function readAll(from: TextReader): Promise<{ records: string[]; lines: string[]; positions: { position: TextPosition; before: number }[] }> {
  const records: string[] = [];
  const lines: string[] = [];
  const positions: { position: TextPosition; before: number }[] = [];
  for (let chunk = await from.read(1); chunk !== null; chunk = await from.read(1)) {
    if (chunk.kind !== "raw") throw new Error("raw chunks only");
    for (let index = 0; index < chunk.count; index++) {
      records.push(Buffer.from(chunk.bytes.subarray(chunk.starts[index], chunk.ends[index])).toString());
      lines.push(chunk.describe(index));
    }
    positions.push({ position: chunk.position as TextPosition, before: records.length });
  }
  return { records, lines, positions };
}

test.each([false, true])("records of a whole piece, quotes %s", (quoted) => {
  fc.assert(
    fc.property(text, (whole) => {
      const bytes = Buffer.from(whole);
      const { count, starts, ends } = findRecords(bytes, 0, true, { quote: quoted ? 34 : -1, escape: -1 });
      expect(Array.from({ length: count }, (_, index) => bytes.toString("utf8", starts[index], ends[index]))).toEqual(oracle(whole, quoted));
    }),
  );
});

test.each([false, true])("reading on at any position gives the rest, quotes %s", async (quoted) => {
  // Long enough for several chunks of the smallest size.
  const long = fc.array(text, { minLength: 1, maxLength: 40 }).map((parts) => parts.join("\n").repeat(8));
  await fc.assert(
    fc.asyncProperty(long, async (whole) => {
      const { records, positions } = await readAll(reader(whole, quoted));
      expect(records).toEqual(oracle(whole, quoted));
      for (const { position, before } of positions) {
        expect((await readAll(reader(whole, quoted, position))).records).toEqual(records.slice(before));
      }
    }),
    { numRuns: 40 },
  );
});

test("records are described by their line, also behind blank lines and quoted newlines", async () => {
  const { lines } = await readAll(reader('a\n\n"b\nc"\r\nd', true));
  expect(lines).toEqual(["f:1", "f:3", "f:5"]);
});

test("a record that never ends is an error that says where it began", async () => {
  const endless = new TextReader(
    { read: async (_, length) => new Uint8Array(length).fill(65), close: async () => {} },
    { byte: 5, line: 7 },
    { name: "f.csv", headerLines: 0, chunkBytesMax: 1024, recordBytesMax: 8192, quote: 34, escape: -1, metadata: () => null },
  );
  await expect(endless.read(1024)).rejects.toMatchObject({ code: "decode", message: "f.csv:8: a record is longer than 8192 bytes" });
});
