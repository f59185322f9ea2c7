import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsFromJson, columnsFromScan, type RecordColumns } from "./record-columns.ts";

/** Everything a put uses, as plain data. */
function contents(columns: RecordColumns): unknown {
  return {
    reference: columns.reference,
    records: Array.from({ length: columns.count }, (_, record) => ({
      key: Buffer.from(columns.keys.subarray(columns.keyStarts[record], columns.keyEnds[record])).toString("hex"),
      data: Buffer.from(columns.dataText(record), "base64").toString("hex"),
      bytes: columns.dataBytes[record],
      hashKey: columns.explicitHashKey(record),
    })),
  };
}

function fromJson(body: Buffer): unknown {
  try {
    return contents(columnsFromJson(body));
  } catch (error) {
    return String(error);
  }
}

/** Text that the scanner takes to decode to what it says; such a record is refused when its batch is written. */
function decodes(columns: RecordColumns): boolean {
  return Array.from({ length: columns.count }, (_, record) => Buffer.from(columns.dataText(record), "base64").length === columns.dataBytes[record]).every(
    Boolean,
  );
}

const space = fc.stringMatching(/^[ \n\r\t]{0,2}$/);
const spaces = fc.array(space, { minLength: 8, maxLength: 8 });
const plainKey = fc.stringMatching(/^[ !#-[\]-~]{1,40}$/);
const hashKey = fc.bigInt(0n, (1n << 128n) - 1n).map(String);
const data = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString("base64"));

const record = fc.record({ Data: data, PartitionKey: plainKey, ExplicitHashKey: fc.option(hashKey, { nil: undefined }) });
const request = fc.tuple(fc.record({ StreamName: fc.constant("orders"), Records: fc.array(record, { minLength: 1, maxLength: 6 }) }), spaces, fc.boolean());

/** The request as text with members in some order and spaces between all tokens. */
function print([input, gaps, streamFirst]: [{ StreamName: string; Records: object[] }, string[], boolean]): string {
  const object = (value: object): string =>
    `{${gaps[0]}${Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => `"${name}"${gaps[1]}:${gaps[2]}${Array.isArray(member) ? list(member) : JSON.stringify(member)}`)
      .join(`${gaps[3]},${gaps[4]}`)}${gaps[5]}}`;
  const list = (values: object[]): string => `[${gaps[6]}${values.map(object).join(`${gaps[7]},`)}${gaps[0]}]`;
  return object(streamFirst ? input : { Records: input.Records, StreamName: input.StreamName }) + gaps[3];
}

describe("PutRecords scanner", () => {
  it("finds in plain bodies what JSON.parse finds", () => {
    fc.assert(
      fc.property(request, (drawn) => {
        const body = Buffer.from(print(drawn));
        const scanned = columnsFromScan(body);
        expect(scanned).not.toBeNull();
        expect(contents(scanned!)).toEqual(fromJson(body));
      }),
      { numRuns: 300 },
    );
  });

  it("never finds anything else in bodies with bytes changed, cut out or put in", () => {
    const change = fc.record({
      at: fc.nat(),
      kind: fc.constantFrom("set", "insert", "remove"),
      byte: fc.oneof(fc.constantFrom(...Buffer.from('"\\{}[],: =/+-_AD\n')), fc.nat(255)),
    });
    let taken = 0;
    fc.assert(
      fc.property(request, fc.array(change, { minLength: 1, maxLength: 3 }), (drawn, changes) => {
        let bytes = [...Buffer.from(print(drawn))];
        for (const { at, kind, byte } of changes) {
          const index = at % bytes.length;
          bytes = kind === "remove" ? bytes.toSpliced(index, 1) : kind === "set" ? bytes.toSpliced(index, 1, byte) : bytes.toSpliced(index, 0, byte);
        }
        const body = Buffer.from(bytes);
        const scanned = columnsFromScan(body);
        if (scanned === null || !decodes(scanned)) return;
        taken++;
        expect(contents(scanned)).toEqual(fromJson(body));
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it("leaves the unusual to the ordinary way", () => {
    const plain = '{"StreamName":"s","Records":[{"Data":"YQ==","PartitionKey":"k"}]}';
    expect(columnsFromScan(Buffer.from(plain))).not.toBeNull();
    const unusual = [
      plain.replace('"k"', '"\\u006b"'),
      plain.replace('"k"', '"ä"'),
      plain.replace('"k"', '""'),
      plain.replace('"k"', `"${"k".repeat(257)}"`),
      plain.replace('"k"}', '"k","PartitionKey":"l"}'),
      plain.replace('"k"}', '"k","Other":"l"}'),
      plain.replace('"k"}', '"k","ExplicitHashKey":"01"}'),
      plain.replace('"k"}', '"k","ExplicitHashKey":null}'),
      plain.replace("YQ==", "YQ="),
      plain.replace('"Data":"YQ==",', ""),
      plain.replace("[{", "[]").replace(/\{"Data.*/, "}"),
      `${plain}x`,
      plain.slice(0, -1),
      `\ufeff${plain}`,
      plain.replace("{", '{"StreamARN":"arn:aws:kinesis:us-east-1:123456789012:stream/s",'),
      "",
      "[]",
    ];
    for (const text of unusual) expect(columnsFromScan(Buffer.from(text)), text).toBeNull();
  });
});
