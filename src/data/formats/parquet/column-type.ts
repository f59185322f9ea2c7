/** How our types are stored: Parquet's physical and logical types (parquet.thrift, LogicalTypes.md). */
import { HeadraceError } from "../../../core/index.ts";
import { typeText, type DataType, type Field } from "../../types.ts";
import type { ThriftWriter } from "./thrift.ts";

export const physicalType = { boolean: 0, int32: 1, int64: 2, float: 4, double: 5, byteArray: 6, fixedLengthByteArray: 7 } as const;
export type PhysicalType = (typeof physicalType)[keyof typeof physicalType];

export interface ColumnType {
  readonly field: Field;
  readonly physical: PhysicalType;
  /** Bytes of a fixed-length value. */
  readonly length: number;
  /** Writes ConvertedType (field 6) and LogicalType (field 10) of the schema element. */
  annotate(writer: ThriftWriter): void;
  /** Scalars to what is stored, for types whose column layout differs from it. */
  readonly nanosecondsPerUnit: bigint;
}

const converted = { utf8: 0, date: 6, timeMillis: 7, timestampMillis: 9, timestampMicros: 10, int8: 15, int16: 16, int32: 17, int64: 18, decimal: 5 } as const;

function plain(field: Field, physical: PhysicalType, annotate: (writer: ThriftWriter) => void = () => {}, length = 0, nanosecondsPerUnit = 1n): ColumnType {
  return { field, physical, length, annotate, nanosecondsPerUnit };
}

/** @throws HeadraceError `sql-unsupported` for nested types and intervals. */
export function columnType(field: Field): ColumnType {
  const { type } = field;
  switch (type.kind) {
    case "boolean":
      return plain(field, physicalType.boolean);
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return integer(field, type.kind);
    case "float":
      return plain(field, physicalType.float);
    case "double":
      return plain(field, physicalType.double);
    case "char":
    case "varchar":
      return plain(field, physicalType.byteArray, (writer) => {
        writer.int32(6, converted.utf8);
        writer.struct(10, () => writer.struct(1, () => {}));
      });
    case "binary":
    case "varbinary":
      return plain(field, physicalType.byteArray);
    case "date":
      return plain(field, physicalType.int32, (writer) => {
        writer.int32(6, converted.date);
        writer.struct(10, () => writer.struct(6, () => {}));
      });
    case "time":
      return plain(field, physicalType.int32, (writer) => {
        writer.int32(6, converted.timeMillis);
        writer.struct(10, () => writer.struct(7, () => timeUnit(writer, false, 1)));
      });
    case "timestamp":
    case "timestamp-ltz":
      return timestamp(field, type.precision, type.kind === "timestamp-ltz");
    case "decimal":
      return decimal(field, type);
    default:
      throw new HeadraceError("sql-unsupported", `column ${field.name}: ${typeText(type, true)} is not written to Parquet yet`, {
        hint: "select its parts as columns of their own",
      });
  }
}

const integers = { tinyint: [8, converted.int8], smallint: [16, converted.int16], integer: [32, converted.int32], bigint: [64, converted.int64] } as const;

function integer(field: Field, kind: keyof typeof integers): ColumnType {
  const [bits, convertedType] = integers[kind];
  return plain(field, bits === 64 ? physicalType.int64 : physicalType.int32, (writer) => {
    writer.int32(6, convertedType);
    writer.struct(10, () => writer.struct(10, () => writeIntType(writer, bits)));
  });
}

/** IntType {1: i8 bitWidth, 2: bool isSigned}. */
function writeIntType(writer: ThriftWriter, bits: number): void {
  writer.byte(1, bits);
  writer.bool(2, true);
}

/** {1: isAdjustedToUTC, 2: unit}; units: 1 milliseconds, 2 microseconds, 3 nanoseconds. */
function timeUnit(writer: ThriftWriter, adjustedToUtc: boolean, unit: number): void {
  writer.bool(1, adjustedToUtc);
  writer.struct(2, () => writer.struct(unit, () => {}));
}

function timestamp(field: Field, precision: number, adjustedToUtc: boolean): ColumnType {
  const unit = precision <= 3 ? 1 : precision <= 6 ? 2 : 3;
  return plain(
    field,
    physicalType.int64,
    (writer) => {
      // ConvertedType means UTC; local timestamps have only the logical type.
      if (adjustedToUtc && unit < 3) writer.int32(6, unit === 1 ? converted.timestampMillis : converted.timestampMicros);
      writer.struct(10, () => writer.struct(8, () => timeUnit(writer, adjustedToUtc, unit)));
    },
    0,
    unit === 2 ? 1_000n : 1n,
  );
}

function decimal(field: Field, { precision, scale }: Extract<DataType, { precision: number; scale: number }>): ColumnType {
  const physical = precision <= 9 ? physicalType.int32 : precision <= 18 ? physicalType.int64 : physicalType.fixedLengthByteArray;
  const annotate = (writer: ThriftWriter): void => {
    writer.int32(6, converted.decimal);
    writer.int32(7, scale);
    writer.int32(8, precision);
    writer.struct(10, () =>
      writer.struct(5, () => {
        writer.int32(1, scale);
        writer.int32(2, precision);
      }),
    );
  };
  return plain(field, physical, annotate, precision > 18 ? 16 : 0);
}
