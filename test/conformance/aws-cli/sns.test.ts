/** The AWS CLI's sns commands against a server process: what people type to see that a topic is there and takes messages. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { findAwsCli } from "../../clients.ts";
import { allowed, conformanceCase } from "../support/cases.ts";
import { haveBuild, type ServerProcess, startServer } from "../support/server.ts";

const list = allowed(import.meta.dirname);
const command = haveBuild() ? findAwsCli() : null;
const topicArn = "arn:aws:sns:us-east-1:000000000000:cli";

describe.skipIf(command === null)("AWS CLI, SNS", () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.stop());

  async function sns(...argv: string[]): Promise<unknown> {
    const keys = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_DEFAULT_REGION: "us-east-1", AWS_PAGER: "", AWS_MAX_ATTEMPTS: "1" };
    const { stdout } = await promisify(execFile)(command!, ["sns", ...argv, "--endpoint-url", server.url, "--output", "json"], {
      env: { ...process.env, ...keys },
    });
    return stdout.trim() === "" ? null : JSON.parse(stdout);
  }

  conformanceCase(list, "a topic from its making to its end", async () => {
    expect(await sns("create-topic", "--name", "cli", "--tags", "Key=team,Value=risk")).toEqual({ TopicArn: topicArn });
    expect(await sns("list-topics")).toEqual({ Topics: [{ TopicArn: topicArn }] });
    const attributes = '{"score":{"DataType":"Number","StringValue":"0.9"}}';
    expect(await sns("publish", "--topic-arn", topicArn, "--message", "grüß", "--subject", "s", "--message-attributes", attributes)).toEqual({
      MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    const entries = ["Id=a,Message=1", "Id=b,Message=2"];
    expect(await sns("publish-batch", "--topic-arn", topicArn, "--publish-batch-request-entries", ...entries)).toMatchObject({
      Successful: [{ Id: "a" }, { Id: "b" }],
    });
    const subscribe = ["subscribe", "--topic-arn", topicArn, "--protocol", "http", "--notification-endpoint", "http://127.0.0.1:1/"];
    expect(await sns(...subscribe)).toEqual({ SubscriptionArn: "pending confirmation" });
    expect(await sns("list-subscriptions-by-topic", "--topic-arn", topicArn)).toMatchObject({ Subscriptions: [{ SubscriptionArn: "PendingConfirmation" }] });
    await sns("delete-topic", "--topic-arn", topicArn);
    await expect(sns("publish", "--topic-arn", topicArn, "--message", "m")).rejects.toThrow(
      "An error occurred (NotFound) when calling the Publish operation: Topic does not exist",
    );
  });
});
