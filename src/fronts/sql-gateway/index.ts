export type { SqlExecutor, SqlResult, SqlRow, SqlSession } from "./executor.ts";
export { SqlGateway, type SqlGatewayOptions } from "./gateway.ts";
