/**
 * When a delivery is tried again, as pure functions.
 *
 * AWS's default for HTTP is three retries 20 s apart. Blocking a card cannot wait that long, so ours begins at once and
 * grows; a DeliveryPolicy attribute brings AWS's shape back: of a subscription `healthyRetryPolicy`, of a topic
 * `http.defaultHealthyRetryPolicy` (SNS guide, "Creating an HTTP/S delivery policy").
 */
export const defaultRetryDelaysMs: readonly number[] = [200, 1_000, 5_000, 20_000, 60_000, 180_000];

const shapes = ["linear", "arithmetic", "geometric", "exponential"] as const;
type Shape = (typeof shapes)[number];

/** SNS guide, "Amazon SNS message delivery retries": a policy may last an hour and have 100 retries. */
const totalDelayMsMax = 3_600_000;
const retriesMax = 100;
const delaySecondsMax = 3_600;

/** Pauses before each retry, from a subscription's DeliveryPolicy document. @throws RangeError, SyntaxError on one that is not valid. */
export function subscriptionRetryDelays(deliveryPolicy: string): readonly number[] {
  const { healthyRetryPolicy, ...rest } = document(deliveryPolicy, "the policy");
  refuseOthers(rest);
  return healthyRetryPolicy === undefined || healthyRetryPolicy === null ? defaultRetryDelaysMs : delays(document(healthyRetryPolicy, "healthyRetryPolicy"));
}

/** The same of a topic's document; `overrides` tells whether a subscription may have a policy of its own. @throws as above. */
export function topicRetryDelays(deliveryPolicy: string): { readonly delaysMs: readonly number[]; readonly overrides: boolean } {
  const { http = {}, ...rest } = document(deliveryPolicy, "the policy");
  refuseOthers(rest);
  const { defaultHealthyRetryPolicy, disableSubscriptionOverrides = false, ...others } = document(http, "http");
  refuseOthers(others);
  const delaysMs =
    defaultHealthyRetryPolicy === undefined || defaultHealthyRetryPolicy === null
      ? defaultRetryDelaysMs
      : delays(document(defaultHealthyRetryPolicy, "defaultHealthyRetryPolicy"));
  return { delaysMs, overrides: disableSubscriptionOverrides !== true };
}

/** Retries at once, then at the least pause, then growing, then at the greatest. */
function delays(policy: Readonly<Record<string, unknown>>): readonly number[] {
  const {
    numRetries = 3,
    minDelayTarget = 20,
    maxDelayTarget = Math.max(20, Number(minDelayTarget)),
    numNoDelayRetries = 0,
    numMinDelayRetries = 0,
    numMaxDelayRetries = 0,
    backoffFunction = "linear",
    ...rest
  } = policy;
  refuseOthers(rest);
  const count = whole("numRetries", numRetries, 0, retriesMax);
  const most = whole("maxDelayTarget", maxDelayTarget, 1, delaySecondsMax);
  const least = whole("minDelayTarget", minDelayTarget, 1, most);
  const atOnce = whole("numNoDelayRetries", numNoDelayRetries, 0, count);
  const early = whole("numMinDelayRetries", numMinDelayRetries, 0, count - atOnce);
  const late = whole("numMaxDelayRetries", numMaxDelayRetries, 0, count - atOnce - early);
  if (!shapes.includes(backoffFunction as Shape)) throw new RangeError(`backoffFunction must be one of ${shapes.join(", ")}`);
  const growing = count - atOnce - early - late;
  const seconds = [
    ...new Array<number>(atOnce).fill(0),
    ...new Array<number>(early).fill(least),
    ...Array.from({ length: growing }, (_, index) => delaySeconds(backoffFunction as Shape, growing <= 1 ? 0 : index / (growing - 1), least, most)),
    ...new Array<number>(late).fill(most),
  ];
  if (seconds.reduce((sum, each) => sum + each, 0) * 1_000 > totalDelayMsMax) throw new RangeError("the retries last longer than 3600 seconds");
  return seconds.map((each) => each * 1_000);
}

function delaySeconds(shape: Shape, share: number, least: number, most: number): number {
  return shape === "linear" || shape === "arithmetic" ? least + (most - least) * share : least * (most / least) ** share;
}

function document(value: unknown, what: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = typeof value === "string" ? JSON.parse(value) : value;
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new RangeError(`${what} must be a JSON object`);
  return parsed as Record<string, unknown>;
}

/** What is not kept to would better be refused than forgotten: throttling above all. */
function refuseOthers(rest: Readonly<Record<string, unknown>>): void {
  const name = Object.keys(rest).find((key) => rest[key] !== null);
  if (name !== undefined) throw new RangeError(`${name} is not supported`);
}

function whole(name: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw new RangeError(`${name} must be between ${least} and ${most}`);
}

/** An answer that no retry will change: 4xx but 408 and 429. */
export function isPermanent(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
