// Goal: values print as Flink's print connector does (Java's toString). Method: values whose Java text is known.
import { expect, test } from "vitest";
import { decimalType, simpleType, stringType, timestampType, type DataType } from "../data/index.ts";
import { displayText, plainText } from "./cell-text.ts";

const double = simpleType("double");
test.each<[unknown, DataType, string]>([
  [null, double, "null"],
  [1, double, "1.0"],
  [-0, double, "-0.0"],
  [0.001, double, "0.001"],
  [0.0001, double, "1.0E-4"],
  [1e7, double, "1.0E7"],
  [12345678.9, double, "1.23456789E7"],
  [9999999, double, "9999999.0"],
  [Number.NaN, double, "NaN"],
  [-Infinity, double, "-Infinity"],
  [Math.fround(0.1), simpleType("float"), "0.1"],
  [Math.fround(16777216), simpleType("float"), "1.6777216E7"],
  [true, simpleType("boolean"), "true"],
  [12n, simpleType("bigint"), "12"],
  [-5n, decimalType(5, 2), "-0.05"],
  [123n, decimalType(5, 0), "123"],
  [0, simpleType("date"), "1970-01-01"],
  [-1, simpleType("date"), "1969-12-31"],
  [3_600_000, { kind: "time", precision: 0, nullable: true }, "01:00"],
  [0, timestampType(3), "1970-01-01T00:00"],
  [1000, timestampType(3), "1970-01-01T00:00:01"],
  [-1, timestampType(3), "1969-12-31T23:59:59.999"],
  [1_500_000n, timestampType(9), "1970-01-01T00:00:00.001500"],
  [-1n, timestampType(9), "1969-12-31T23:59:59.999999999"],
  [1000, { kind: "timestamp-ltz", precision: 3, nullable: true }, "1970-01-01T00:00:01Z"],
  [new Uint8Array([1, 255]), { kind: "varbinary", length: 9, nullable: true }, "[1, -1]"],
  [["a", null], { kind: "array", element: stringType(), nullable: true }, "[a, null]"],
  [new Map([["a", 1]]), { kind: "map", key: stringType(), value: simpleType("integer"), nullable: true }, "{a=1}"],
  [
    [1, "x"],
    {
      kind: "row",
      fields: [
        { name: "a", type: simpleType("integer") },
        { name: "b", type: stringType() },
      ],
      nullable: true,
    },
    "+I[1, x]",
  ],
])("%o as %o", (value, type, text) => {
  expect(displayText(value, type)).toBe(text);
});

test("plain text for keys and folders", () => {
  expect(plainText(1000, timestampType(3))).toBe("1970-01-01 00:00:01.000");
  expect(plainText(0, timestampType(0))).toBe("1970-01-01 00:00:00");
  expect(plainText(new Uint8Array([1, 255]), { kind: "varbinary", length: 9, nullable: true })).toBe("01ff");
  expect(plainText("x", stringType())).toBe("x");
});
