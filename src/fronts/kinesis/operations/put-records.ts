/** PutRecords: up to 500 records, one commit, one answer per record in the order of the request. */
import type { AppendResult } from "../../../log/index.ts";
import type { AwsRequest, AwsResponse } from "../../aws/index.ts";
import type { KinesisContext } from "../context.ts";
import { isStaleRoute, recordFailure } from "../log-errors.ts";
import { checkSizes, planPut, type PutPlan } from "../put-plan.ts";
import { columnsFromJson, columnsFromScan, type RecordColumns } from "../record-columns.ts";
import { advanceSequenceNumber, sequenceNumber } from "../../../log/index.ts";
import type { ShardRouter } from "../shard-router.ts";
import { shardId } from "../shards.ts";

/** A reshard may come between routing and commit; twice in a row would be a defect. */
const attemptsMax = 3;

export async function putRecords(context: KinesisContext, request: AwsRequest): Promise<AwsResponse> {
  let columns = columnsFromScan(request.body) ?? columnsFromJson(request.body);
  for (let attempt = 1; ; attempt++) {
    const stream = context.activeStream(columns.reference);
    const router = context.routers.for(stream);
    checkSizes(columns, context.metadata(stream).maxRecordSizeKiB * 1024, (record) => `records.${record + 1}.member.data`);
    let plan = planPut(columns, router, context.nowMs());
    if (plan === null) {
      columns = columnsFromJson(request.body);
      plan = planPut(columns, router, context.nowMs())!;
    }
    try {
      const { appends } = await context.log.commit(plan.entries);
      return { body: writeAnswer(columns, plan, router, appends) };
    } catch (error) {
      if (isStaleRoute(error) && attempt < attemptsMax) {
        context.routers.forget(stream.name);
        continue;
      }
      const failure = recordFailure(error);
      if (failure === null) throw error;
      return { body: failedAnswer(columns.count, failure) };
    }
  }
}

const head = Buffer.from('{"FailedRecordCount":0,"Records":[', "latin1");
const tail = Buffer.from("]}", "latin1");
const beforeNumber = '{"SequenceNumber":"';

/** Copies a ready-made piece per record and counts the number in the shard's piece up: no text is made per record. */
function writeAnswer(columns: RecordColumns, plan: PutPlan, router: ShardRouter, appends: AppendResult[]): Uint8Array {
  const numberEnds: number[] = [];
  const pieces = appends.map((append, entry) => {
    const shard = router.shards[plan.shardOf[entry]!]!;
    const number = sequenceNumber(shard, append.baseOffset, append.appendTimeMs);
    numberEnds.push(beforeNumber.length + number.length);
    return Buffer.from(`${beforeNumber}${number}","ShardId":"${shardId(shard.index)}"},`, "latin1");
  });
  const longest = pieces.reduce((bytes, piece) => Math.max(bytes, piece.length), 0);
  const answer = Buffer.allocUnsafe(head.length + columns.count * longest + tail.length);
  let position = head.copy(answer, 0);
  for (let record = 0; record < columns.count; record++) {
    const entry = plan.entryOf[record]!;
    const piece = pieces[entry]!;
    answer.set(piece, position);
    position += piece.length;
    advanceSequenceNumber(piece, numberEnds[entry]!);
  }
  position--; // the comma behind the last record
  position += tail.copy(answer, position);
  return answer.subarray(0, position);
}

function failedAnswer(count: number, failure: { code: string; message: string }): string {
  const record = JSON.stringify({ ErrorCode: failure.code, ErrorMessage: failure.message });
  return `{"FailedRecordCount":${count},"Records":[${new Array<string>(count).fill(record).join(",")}]}`;
}
