/** Shard iterators: a position in a shard and the time it was handed out. They hold all state; the server keeps none. */
import { AwsError } from "../aws/index.ts";
import type { Offset, ShardNumber } from "../../log/index.ts";
import type { TokenSealer } from "./sealed-token.ts";

/** Life of an iterator, as on AWS. */
export const iteratorLifeMs = 300_000;

const purpose = "shard-iterator";
const payloadBytes = 24;

export interface IteratorPosition {
  shard: ShardNumber;
  offset: Offset;
}

export function encodeShardIterator(sealer: TokenSealer, position: IteratorPosition, nowMs: number): string {
  const payload = Buffer.alloc(payloadBytes);
  payload.writeDoubleBE(position.shard, 0);
  payload.writeDoubleBE(position.offset, 8);
  payload.writeDoubleBE(nowMs, 16);
  return sealer.seal(purpose, payload);
}

/** Throws InvalidArgumentException or ExpiredIteratorException. */
export function decodeShardIterator(sealer: TokenSealer, token: string, nowMs: number): IteratorPosition {
  const payload = sealer.open(purpose, token);
  if (payload === null || payload.length !== payloadBytes) throw new AwsError("InvalidArgumentException", "Invalid ShardIterator.");
  const madeMs = payload.readDoubleBE(16);
  if (nowMs - madeMs > iteratorLifeMs) {
    throw new AwsError(
      "ExpiredIteratorException",
      `Iterator expired. The iterator was created at time ${utcText(madeMs)} while right now it is ${utcText(nowMs)} ` +
        `which is further in the future than the tolerated delay of ${iteratorLifeMs} milliseconds.`,
    );
  }
  return { shard: payload.readDoubleBE(0), offset: payload.readDoubleBE(8) };
}

/** "Thu Jan 22 01:22:02 UTC 2015". */
function utcText(timeMs: number): string {
  const [weekday, day, month, year, time] = new Date(timeMs).toUTCString().replace(",", "").split(" ");
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
