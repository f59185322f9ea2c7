/**
 * Goal: another reader than DuckDB, Arrow's, agrees on types, values, NULL and statistics. Method: one file of every type,
 * read by pyarrow in a process of its own; skipped, and said so, where there is none (`test/clients.ts`).
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findPyarrow } from "../../../../test/clients.ts";
import { batchFromRows } from "../../columns.ts";
import { decimalType, simpleType, stringType, timestampType, type DataType, type Schema } from "../../types.ts";
import type { Compression } from "./column-chunk.ts";
import { ParquetWriter } from "./writer.ts";

const python = findPyarrow();

const program = `
import json, sys, pyarrow.parquet as pq
file = pq.ParquetFile(sys.argv[1])
def text(value):
    return None if value is None else value.hex() if isinstance(value, bytes) else value if isinstance(value, (bool, int, str)) else str(value)
groups = file.metadata.num_row_groups
def statistics(column):
    s = file.metadata.row_group(0).column(column).statistics
    return [text(s.min) if s.has_min_max else None, text(s.max) if s.has_min_max else None, s.null_count]
print(json.dumps({
    "types": [str(f.type) + ("" if f.nullable else " not null") for f in file.schema_arrow],
    "rows": [[text(v) for v in row.values()] for row in file.read().to_pylist()],
    "statistics": [statistics(c) for c in range(file.metadata.num_columns)],
    "groups": groups,
}))
`;

const cases: { type: DataType; arrow: string; values: [unknown, unknown]; shown: [unknown, unknown] }[] = [
  { type: simpleType("boolean"), arrow: "bool", values: [true, false], shown: [true, false] },
  { type: simpleType("tinyint"), arrow: "int8", values: [-128, 127], shown: [-128, 127] },
  { type: simpleType("smallint"), arrow: "int16", values: [-32768, 32767], shown: [-32768, 32767] },
  { type: simpleType("integer"), arrow: "int32", values: [-2147483648, 2147483647], shown: [-2147483648, 2147483647] },
  { type: simpleType("bigint"), arrow: "int64", values: [-(2n ** 40n), 2n ** 53n - 1n], shown: [-(2 ** 40), 2 ** 53 - 1] },
  { type: simpleType("float"), arrow: "float", values: [-1.5, 0.25], shown: ["-1.5", "0.25"] },
  { type: simpleType("double"), arrow: "double", values: [-0.1, 1e300], shown: ["-0.1", "1e+300"] },
  { type: stringType(), arrow: "string", values: ["", "ключ"], shown: ["", "ключ"] },
  { type: { kind: "varbinary", length: 10, nullable: true }, arrow: "binary", values: [new Uint8Array([0, 255]), new Uint8Array([1])], shown: ["00ff", "01"] },
  { type: simpleType("date"), arrow: "date32[day]", values: [-1, 19_782], shown: ["1969-12-31", "2024-02-29"] },
  { type: { kind: "time", precision: 3, nullable: true }, arrow: "time32[ms]", values: [0, 86_399_999], shown: ["00:00:00", "23:59:59.999000"] },
  { type: timestampType(3), arrow: "timestamp[ms]", values: [-1, 1_709_251_199_999], shown: ["1969-12-31 23:59:59.999000", "2024-02-29 23:59:59.999000"] },
  {
    type: timestampType(6),
    arrow: "timestamp[us]",
    values: [-1000n, 1_709_251_199_999_999_000n],
    shown: ["1969-12-31 23:59:59.999999", "2024-02-29 23:59:59.999999"],
  },
  {
    type: { kind: "timestamp-ltz", precision: 3, nullable: true },
    arrow: "timestamp[ms, tz=UTC]",
    values: [0, 1000],
    shown: ["1970-01-01 00:00:00+00:00", "1970-01-01 00:00:01+00:00"],
  },
  { type: decimalType(9, 2), arrow: "decimal128(9, 2)", values: [-12345n, 99n], shown: ["-123.45", "0.99"] },
  { type: decimalType(18, 4), arrow: "decimal128(18, 4)", values: [-(10n ** 17n), 1n], shown: ["-10000000000000.0000", "0.0001"] },
  { type: decimalType(30, 5), arrow: "decimal128(30, 5)", values: [-(10n ** 25n), 7n], shown: ["-100000000000000000000.00000", "0.00007"] },
];

it.skipIf(python === null).each(["SNAPPY", "GZIP", "UNCOMPRESSED"] as Compression[])("pyarrow reads every type, %s", (compression) => {
  const schema: Schema = {
    fields: cases.flatMap(({ type }, index) => [
      { name: `c${index}`, type },
      { name: `n${index}`, type: { ...type, nullable: false } },
    ]),
  };
  const rows = [0, 1, null].map((row) => cases.flatMap(({ values }) => [row === null ? null : values[row], values[row ?? 0]]));
  const writer = new ParquetWriter(schema, { compression });
  const directory = mkdtempSync(join(tmpdir(), "headrace-pyarrow-"));
  try {
    const path = join(directory, "all.parquet");
    writeFileSync(path, Buffer.concat([...writer.write(batchFromRows(schema, rows)), ...writer.finish()]));
    const read = JSON.parse(execFileSync(python!, ["-c", program, path], { encoding: "utf8" })) as {
      types: string[];
      rows: unknown[][];
      statistics: unknown[][];
      groups: number;
    };
    expect(read.types).toEqual(cases.flatMap(({ arrow }) => [arrow, `${arrow} not null`]));
    expect(read.rows).toEqual([0, 1, null].map((row) => cases.flatMap(({ shown }) => [row === null ? null : shown[row], shown[row ?? 0]])));
    for (const [index, { shown }] of cases.entries()) {
      const [minimum, maximum, nullCount] = read.statistics[index * 2];
      expect(nullCount, `NULLs of ${schema.fields[index * 2].name}`).toBe(1);
      expect([minimum, maximum].map(String).sort(), `bounds of ${schema.fields[index * 2].name}`).toEqual(shown.map(String).sort());
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
