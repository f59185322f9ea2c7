/**
 * When a delivery is tried again, as pure functions.
 *
 * AWS's default for HTTP is three retries 20 s apart. Blocking a card cannot wait that long, so ours begins at once and
 * grows; a subscription's DeliveryPolicy attribute (`healthyRetryPolicy`: numRetries, minDelayTarget, maxDelayTarget,
 * backoffFunction) brings AWS's shape back.
 */
export const defaultRetryDelaysMs: readonly number[] = [200, 1_000, 5_000, 20_000, 60_000, 180_000];

interface HealthyRetryPolicy {
  readonly numRetries?: number;
  readonly minDelayTarget?: number;
  readonly maxDelayTarget?: number;
  readonly numNoDelayRetries?: number;
  readonly backoffFunction?: "linear" | "arithmetic" | "geometric" | "exponential";
}

/** SNS guide, "Amazon SNS message delivery retries": a policy may last an hour and have 100 retries. */
const totalDelayMsMax = 3_600_000;
const retriesMax = 100;

/** Pauses before each retry, from a DeliveryPolicy document; the default when there is none. Throws on one that is not valid. */
export function retryDelays(deliveryPolicy: string | undefined): readonly number[] {
  if (deliveryPolicy === undefined) return defaultRetryDelaysMs;
  const policy = (JSON.parse(deliveryPolicy) as { healthyRetryPolicy?: HealthyRetryPolicy }).healthyRetryPolicy ?? {};
  const { numRetries = 3, minDelayTarget = 20, maxDelayTarget = 20, numNoDelayRetries = 0, backoffFunction = "linear" } = policy;
  if (!inRange(numRetries, 0, retriesMax)) throw new RangeError("numRetries must be between 0 and 100");
  if (!inRange(minDelayTarget, 1, maxDelayTarget) || !inRange(maxDelayTarget, 1, 3_600)) throw new RangeError("delay targets must be between 1 and 3600 seconds, the smallest first");
  if (!inRange(numNoDelayRetries, 0, numRetries)) throw new RangeError("numNoDelayRetries must not exceed numRetries");
  const delayed = numRetries - numNoDelayRetries;
  const delays = [
    ...new Array<number>(numNoDelayRetries).fill(0),
    ...Array.from({ length: delayed }, (_, index) => 1_000 * delaySeconds(backoffFunction, delayed <= 1 ? 0 : index / (delayed - 1), minDelayTarget, maxDelayTarget)),
  ];
  if (delays.reduce((sum, delay) => sum + delay, 0) > totalDelayMsMax) throw new RangeError("the retries last longer than 3600 seconds");
  return delays;
}

function delaySeconds(shape: NonNullable<HealthyRetryPolicy["backoffFunction"]>, share: number, least: number, most: number): number {
  switch (shape) {
    case "linear":
    case "arithmetic":
      return least + (most - least) * share;
    case "geometric":
    case "exponential":
      return least * (most / least) ** share;
  }
}

function inRange(value: number, least: number, most: number): boolean {
  return Number.isFinite(value) && value >= least && value <= most;
}

/** An answer that no retry will change: 4xx but 408 and 429. */
export function isPermanent(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
