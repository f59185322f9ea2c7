/** DeleteStream: the stream, its records and its metadata go in one commit. */
import type { KinesisContext, StreamReference } from "../context.ts";
import { removeStreamMetadata } from "../stream-metadata.ts";

export async function deleteStream(context: KinesisContext, input: StreamReference): Promise<null> {
  const { name } = context.stream(input);
  await context.log.commit([{ kind: "delete-stream", stream: name }, removeStreamMetadata(name)]);
  context.routers.forget(name);
  return null;
}
