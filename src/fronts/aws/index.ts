export { assertBindAllowed, isLoopback } from "./bind.ts";
export { AwsError, SignatureError, type SignatureProblem } from "./errors.ts";
export { jsonContentType, parseJsonBody } from "./protocols/json.ts";
export { escapeXml, queryError, queryResult, xmlContentType } from "./protocols/query.ts";
export { createAwsServer, type AwsServer, type AwsServerLimits, type AwsServerOptions } from "./server.ts";
export type {
  AwsCredential,
  AwsLogger,
  AwsMetrics,
  AwsRequest,
  AwsResponse,
  AwsService,
  JsonProtocolService,
  PlainPathService,
  QueryProtocolService,
} from "./service.ts";
export { base64Bytes, blobText, problemText, validateInput, validationError, type ServiceModel, type Shape } from "./validation/index.ts";
