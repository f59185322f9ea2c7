/** The SNS API (version 2010-03-31) over the log: topics are internal streams, subscribers follow them. */
import { AwsError, queryResult, type AwsService } from "../aws/index.ts";
import { SnsContext, type SnsOptions } from "./context.ts";
import { Deliveries } from "./deliveries.ts";
import { confirmSubscription } from "./operations/confirm-subscription.ts";
import { createTopic } from "./operations/create-topic.ts";
import { deleteTopic } from "./operations/delete-topic.ts";
import { listSubscriptionsByTopic } from "./operations/list-subscriptions-by-topic.ts";
import { listTopics } from "./operations/list-topics.ts";
import type { Operation } from "./operations/operation.ts";
import { publishBatch } from "./operations/publish-batch.ts";
import { publish } from "./operations/publish.ts";
import { subscribe } from "./operations/subscribe.ts";
import { unsubscribe } from "./operations/unsubscribe.ts";
import { snsActions } from "./actions.ts";
import { keepRetention } from "./retention.ts";
import { certificatePath, openSigningIdentity, type SigningIdentity } from "./signing.ts";

const version = "2010-03-31";
const xmlNamespace = `http://sns.amazonaws.com/doc/${version}/`;

const operations: Readonly<Record<string, Operation>> = {
  ConfirmSubscription: confirmSubscription,
  CreateTopic: createTopic,
  DeleteTopic: deleteTopic,
  ListSubscriptionsByTopic: listSubscriptionsByTopic,
  ListTopics: listTopics,
  Publish: publish,
  PublishBatch: publishBatch,
  Subscribe: subscribe,
  Unsubscribe: unsubscribe,
};

export interface SnsFront {
  readonly service: AwsService;
  readonly identity: SigningIdentity;
  /** Starts deliveries; the server listens by then. */
  start(): void;
  close(): Promise<void>;
}

export async function createSnsService(options: SnsOptions): Promise<SnsFront> {
  const context = new SnsContext(options);
  const identity = await openSigningIdentity(options.log, options.platform);
  context.identity = identity;
  context.deliveries = new Deliveries(context);
  const pemPath = certificatePath(identity);
  const service: AwsService = {
    name: "sns",
    query: {
      version,
      xmlNamespace,
      actions: snsActions,
      unsignedActions: new Set(["ConfirmSubscription", "Unsubscribe"]),
      async handle(action, parameters, request) {
        const operation = operations[action];
        if (operation === undefined) throw new AwsError("InvalidAction", `The action ${action} is not supported by this server.`);
        return queryResult(action, xmlNamespace, request.requestId, await operation(parameters, context, request));
      },
    },
    paths: {
      matches: (method, path) => method === "GET" && path === pemPath,
      handle: () => ({ contentType: "application/x-pem-file", body: identity.certificate }),
    },
  };
  const abort = new AbortController();
  let retention: Promise<void> | null = null;
  return {
    service,
    identity,
    start() {
      context.deliveries.startAll();
      retention = keepRetention({ ...options, subscriptions: context.subscriptions }, abort.signal);
    },
    async close() {
      abort.abort();
      await Promise.all([context.deliveries.close(), retention]);
    },
  };
}
