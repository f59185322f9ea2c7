/** ListStreams: names and summaries, by name, in pages. */
import { AwsError } from "../../aws/index.ts";
import type { KinesisContext } from "../context.ts";

export interface ListStreamsInput {
  /** Default 100. */
  Limit?: number;
  ExclusiveStartStreamName?: string;
  NextToken?: string;
}

const streamsPerPage = 100;
const purpose = "list-streams";

export async function listStreams(context: KinesisContext, input: ListStreamsInput): Promise<object> {
  const after = input.NextToken === undefined ? (input.ExclusiveStartStreamName ?? "") : await openToken(context, input.NextToken);
  const rest = context.streams().filter(({ name }) => name > after);
  const page = rest.slice(0, input.Limit ?? streamsPerPage);
  const more = page.length < rest.length;
  return {
    StreamNames: page.map(({ name }) => name),
    HasMoreStreams: more,
    ...(more ? { NextToken: (await context.sealer()).seal(purpose, Buffer.from(page[page.length - 1]!.name, "utf8")) } : {}),
    StreamSummaries: page.map((stream) => ({
      StreamName: stream.name,
      StreamARN: context.arn(stream.name),
      StreamStatus: context.status(stream),
      StreamModeDetails: { StreamMode: context.metadata(stream).mode },
      StreamCreationTimestamp: stream.createdMs / 1000,
    })),
  };
}

async function openToken(context: KinesisContext, token: string): Promise<string> {
  const payload = (await context.sealer()).open(purpose, token);
  if (payload === null) throw new AwsError("InvalidArgumentException", "NextToken is invalid.");
  return payload.toString("utf8");
}
