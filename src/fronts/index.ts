/** The door of the room. */
export { assertBindAllowed, createAwsServer, isLoopback, type AwsMetrics, type AwsServer } from "./aws/index.ts";
export { createKinesisService } from "./kinesis/index.ts";
export { createSnsService } from "./sns/index.ts";
export { SqlGateway, type SqlExecutor, type SqlResult, type SqlRow, type SqlSession } from "./sql-gateway/index.ts";
