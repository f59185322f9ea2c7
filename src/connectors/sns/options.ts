import type { OptionDeclaration } from "../../connector/index.ts";

export const snsOptions: readonly OptionDeclaration[] = [
  { name: "topic", type: "text", summary: "Name or ARN of the topic; one of our own is made if it is not there.", required: true, example: "block-card" },
  {
    name: "endpoint",
    type: "text",
    summary: "Address of another SNS; absent: the topics of this server, published with the epoch.",
    role: "sink",
    example: "https://sns.eu-central-1.amazonaws.com",
  },
  { name: "region", type: "text", summary: "Region of the endpoint; absent: that of the topic's ARN, then AWS_REGION.", role: "sink", example: "eu-central-1" },
  { name: "subject", type: "text", summary: "Subject of each message; `{column}` stands for a value.", role: "sink", example: "card {card_id}" },
  {
    name: "message-group-id",
    type: "text",
    summary: "Message group, which keeps order within itself; `{column}` stands for a value.",
    role: "sink",
    example: "{card_id}",
  },
  {
    name: "message-attributes.*",
    type: "map",
    summary: "Attribute by name; `{column}` stands for a value, and a number alone stays a number.",
    role: "sink",
    example: "'message-attributes.score' = '{score}'",
  },
  {
    name: "sink.requests.max-inflight",
    type: "integer",
    summary: "Requests to an endpoint at the same time.",
    default: "8",
    minimum: 1,
    maximum: 256,
    role: "sink",
  },
  {
    name: "sink.retries",
    type: "integer",
    summary: "Tries of a request that fails for a passing reason.",
    default: "10",
    minimum: 1,
    maximum: 1000,
    role: "sink",
  },
];

/** A declaration by name, for errors about values that only the connector can judge. */
export function option(name: string): OptionDeclaration {
  return snsOptions.find((each) => each.name === name)!;
}
