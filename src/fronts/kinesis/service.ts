/** The Kinesis Data Streams API (2013-12-02) as a service of the AWS front. */
import { AwsError, parseJsonBody, validateInput, type AwsRequest, type AwsResponse, type AwsService } from "../aws/index.ts";
import { KinesisContext, type KinesisOptions, type StreamReference } from "./context.ts";
import { fromLogError } from "./log-errors.ts";
import { model } from "./model.generated.ts";
import { createStream, type CreateStreamInput } from "./operations/create-stream.ts";
import { deleteStream } from "./operations/delete-stream.ts";
import { describeStreamSummary } from "./operations/describe-stream-summary.ts";
import { describeStream, type DescribeStreamInput } from "./operations/describe-stream.ts";
import { getRecords, type GetRecordsInput } from "./operations/get-records.ts";
import { getShardIterator, type GetShardIteratorInput } from "./operations/get-shard-iterator.ts";
import { listShards, type ListShardsInput } from "./operations/list-shards.ts";
import { listStreams, type ListStreamsInput } from "./operations/list-streams.ts";
import { putRecord, type PutRecordInput } from "./operations/put-record.ts";
import { putRecords } from "./operations/put-records.ts";
import { SingleRecordWriter } from "./single-record-writer.ts";

/** An operation takes the request and answers; most are made by {@link onObjects}. */
type Operation = (request: AwsRequest) => Promise<AwsResponse>;

export function createKinesisService(options: KinesisOptions): AwsService {
  const context = new KinesisContext(options);
  const writer = new SingleRecordWriter(context);
  const operations = new Map<string, Operation>([
    ["CreateStream", onObjects("CreateStream", (input) => createStream(context, input as CreateStreamInput))],
    ["DeleteStream", onObjects("DeleteStream", (input) => deleteStream(context, input as StreamReference))],
    ["DescribeStream", onObjects("DescribeStream", (input) => describeStream(context, input as DescribeStreamInput))],
    ["DescribeStreamSummary", onObjects("DescribeStreamSummary", (input) => describeStreamSummary(context, input as StreamReference))],
    ["GetRecords", onInput("GetRecords", (input) => getRecords(context, input as GetRecordsInput))],
    ["GetShardIterator", onObjects("GetShardIterator", (input) => getShardIterator(context, input as GetShardIteratorInput))],
    ["ListShards", onObjects("ListShards", (input) => listShards(context, input as ListShardsInput))],
    ["ListStreams", onObjects("ListStreams", (input) => listStreams(context, input as ListStreamsInput))],
    ["PutRecord", onInput("PutRecord", (input) => putRecord(context, writer, input as PutRecordInput))],
    ["PutRecords", (request) => putRecords(context, request)],
  ]);
  return {
    name: "kinesis",
    json: {
      targetPrefix: model.targetPrefix!,
      async handle(name, request) {
        const operation = operations.get(name);
        if (operation === undefined) throw unknownOperation(name);
        try {
          return await operation(request);
        } catch (error) {
          throw fromLogError(error);
        }
      },
    },
  };
}

/** Runs on the checked input and writes its own answer. */
function onInput(name: string, run: (input: unknown) => Promise<AwsResponse>): Operation {
  return (request) => run(validateInput(model, name, parseJsonBody(request.body)));
}

/** Runs on the checked input; the result is written as JSON, null as an empty body. */
function onObjects(name: string, run: (input: unknown) => Promise<object | null> | object): Operation {
  return onInput(name, async (input) => {
    const output = await run(input);
    return { body: output === null ? "" : JSON.stringify(output) };
  });
}

function unknownOperation(name: string): AwsError {
  const known = name in model.operations;
  return new AwsError("UnknownOperationException", known ? `${name} is not implemented here yet.` : `Kinesis has no operation ${name}.`);
}
