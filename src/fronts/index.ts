/** The door of the room. */
export { assertBindAllowed, createAwsServer, isLoopback, type AwsServer } from "./aws/index.ts";
export { createKinesisService } from "./kinesis/index.ts";
export { createSnsService } from "./sns/index.ts";
