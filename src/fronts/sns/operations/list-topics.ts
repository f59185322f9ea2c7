/** ListTopics (API reference): pages of 100. */
import { escapeXml } from "../../aws/index.ts";
import { invalid } from "../context.ts";
import type { Operation } from "./operation.ts";

const pageSize = 100;

export const listTopics: Operation = (parameters, context) => {
  const token = parameters.get("NextToken");
  const after = token === null ? "" : Buffer.from(token, "base64url").toString("utf8");
  if (token !== null && !/^[a-zA-Z0-9_-]{1,256}(\.fifo)?$/.test(after)) throw invalid("NextToken");
  const names = context.topics().filter((name) => name > after);
  const page = names.slice(0, pageSize);
  const members = page.map((name) => `<member><TopicArn>${escapeXml(context.arn(name))}</TopicArn></member>`).join("");
  const next = names.length > pageSize ? `<NextToken>${Buffer.from(page.at(-1)!, "utf8").toString("base64url")}</NextToken>` : "";
  return `<Topics>${members}</Topics>${next}`;
};
