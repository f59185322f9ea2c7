/** The records of one PutRecords request as columns, from the scanner or from parsed JSON, checked against the model. */
import { AwsError, base64Bytes, parseJsonBody, validateInput } from "../aws/index.ts";
import type { StreamReference } from "./context.ts";
import { asFast } from "./fast-buffer.ts";
import { model } from "./model.generated.ts";
import { scanPutRecords, scannedFields } from "./put-records-scanner.ts";

export interface RecordColumns {
  reference: StreamReference;
  count: number;
  /** Partition keys in UTF-8; record i has `keys[keyStarts[i], keyEnds[i])`. */
  keys: Uint8Array;
  keyStarts: Int32Array;
  keyEnds: Int32Array;
  /** Bytes that the record's base64 stands for. */
  dataBytes: Int32Array;
  dataText(record: number): string;
  explicitHashKey(record: number): string | undefined;
}

const partitionKeyCharacters = 256;
const hashKeyPattern = /^(?:0|[1-9]\d{0,38})$/;

/** Null when the body is not plain enough, or not valid: {@link columnsFromJson} then takes it, or names what is wrong. */
export function columnsFromScan(bytes: Buffer): RecordColumns | null {
  const body = asFast(bytes);
  const scanned = scanPutRecords(body);
  if (scanned === null || !namesArePlain(scanned.streamName, scanned.streamArn)) return null;
  const count = scanned.recordCount;
  const fields = scanned.fields.slice(0, count * scannedFields);
  const keyStarts = new Int32Array(count);
  const keyEnds = new Int32Array(count);
  const dataBytes = new Int32Array(count);
  for (let record = 0; record < count; record++) {
    const at = record * scannedFields;
    const start = fields[at]!;
    const end = fields[at + 1]!;
    const keyCharacters = fields[at + 3]! - fields[at + 2]!;
    if (((end - start) & 3) !== 0 || keyCharacters < 1 || keyCharacters > partitionKeyCharacters) return null;
    if (fields[at + 4] !== -1 && !hashKeyPattern.test(body.latin1Slice(fields[at + 4]!, fields[at + 5]!))) return null;
    keyStarts[record] = fields[at + 2]!;
    keyEnds[record] = fields[at + 3]!;
    const padding = end > start && body[end - 1] === 0x3d ? (body[end - 2] === 0x3d ? 2 : 1) : 0;
    dataBytes[record] = ((end - start) / 4) * 3 - padding;
  }
  return {
    reference: {
      ...(scanned.streamName === undefined ? {} : { StreamName: scanned.streamName }),
      ...(scanned.streamArn === undefined ? {} : { StreamARN: scanned.streamArn }),
    },
    count,
    keys: body,
    keyStarts,
    keyEnds,
    dataBytes,
    dataText: (record) => body.latin1Slice(fields[record * scannedFields]!, fields[record * scannedFields + 1]!),
    explicitHashKey(record) {
      const start = fields[record * scannedFields + 4]!;
      return start === -1 ? undefined : body.latin1Slice(start, fields[record * scannedFields + 5]!);
    },
  };
}

/** A stream named twice, or by a name the model refuses, is for the ordinary way. */
function namesArePlain(name: string | undefined, arn: string | undefined): boolean {
  if (name !== undefined) return arn === undefined && /^[a-zA-Z0-9_.-]{1,128}$/.test(name);
  return arn !== undefined && arn.length <= 2048 && /^arn:aws.*:kinesis:.*:\d{12}:stream\/\S+$/.test(arn);
}

interface PutRecordsInput extends StreamReference {
  Records: { Data: string; PartitionKey: string; ExplicitHashKey?: string }[];
}

/** Throws what AWS answers to a body that is no valid input of PutRecords. */
export function columnsFromJson(body: Buffer): RecordColumns {
  const input = validateInput(model, "PutRecords", parseJsonBody(body)) as unknown as PutRecordsInput;
  return columnsFromInput(input, input.Records);
}

/** Columns of records that went through {@link validateInput}. */
export function columnsFromInput(reference: StreamReference, records: PutRecordsInput["Records"]): RecordColumns {
  const count = records.length;
  const encodedKeys = records.map((record) => Buffer.from(record.PartitionKey, "utf8"));
  const keyStarts = new Int32Array(count);
  const keyEnds = new Int32Array(count);
  const dataBytes = new Int32Array(count);
  let position = 0;
  records.forEach((record, index) => {
    keyStarts[index] = position;
    position += encodedKeys[index]!.length;
    keyEnds[index] = position;
    dataBytes[index] = base64Bytes(record.Data);
  });
  return {
    reference: {
      ...(reference.StreamName === undefined ? {} : { StreamName: reference.StreamName }),
      ...(reference.StreamARN === undefined ? {} : { StreamARN: reference.StreamARN }),
    },
    count,
    keys: Buffer.concat(encodedKeys, position),
    keyStarts,
    keyEnds,
    dataBytes,
    dataText: (record) => records[record]!.Data,
    explicitHashKey: (record) => records[record]!.ExplicitHashKey,
  };
}

/** The hash key as a number. Throws InvalidArgumentException from 2^128 on. */
export function parseHashKey(text: string): bigint {
  const hashKey = BigInt(text);
  if (hashKey < 1n << 128n) return hashKey;
  throw new AwsError("InvalidArgumentException", `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${text}`);
}
