/** Opaque tokens handed to clients (iterators, page marks): bytes with a keyed check, so that only our own come back. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Log, Table } from "../../log/index.ts";
import type { Random } from "../../core/index.ts";

const checkBytes = 16;
const keyName = "token-key";

export class TokenSealer {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Base64 of check and payload. `purpose` keeps tokens of one kind from being taken for another. */
  seal(purpose: string, payload: Buffer): string {
    return Buffer.concat([this.#check(purpose, payload), payload]).toString("base64");
  }

  /** The payload, or null for anything that {@link seal} did not make. */
  open(purpose: string, token: string): Buffer | null {
    const bytes = Buffer.from(token, "base64");
    if (bytes.length <= checkBytes || bytes.toString("base64") !== token) return null;
    const payload = bytes.subarray(checkBytes);
    return timingSafeEqual(this.#check(purpose, payload), bytes.subarray(0, checkBytes)) ? payload : null;
  }

  #check(purpose: string, payload: Buffer): Buffer {
    return createHmac("sha256", this.#key).update(purpose).update("\n").update(payload).digest().subarray(0, checkBytes);
  }
}

/** The sealer with the key of this data folder, made on first use: tokens outlive a restart, not a change of folder. */
export async function openTokenSealer(log: Log, table: Table, tableName: string, random: Random): Promise<TokenSealer> {
  const stored = table.latest(keyName);
  if (stored !== undefined) return new TokenSealer(Buffer.from(stored));
  const key = random.bytes(32);
  await log.commit([{ kind: "put", table: tableName, key: keyName, value: Buffer.from(key) }]);
  return new TokenSealer(key);
}
