/** Derived signing keys: four HMACs once per access key, day, region and service. */
import { createHmac } from "node:crypto";
import type { AwsCredential } from "../service.ts";

const keysKept = 256;

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

export interface CredentialScope {
  /** YYYYMMDD. */
  date: string;
  region: string;
  service: string;
}

export function deriveSigningKey(secretAccessKey: string, scope: CredentialScope): Buffer {
  return hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, scope.date), scope.region), scope.service), "aws4_request");
}

/** Remembers the newest keys. Regions and services come from the client, so the number kept is bounded. */
export class SigningKeys {
  #keys = new Map<string, Buffer>();

  for(credential: AwsCredential, scope: CredentialScope): Buffer {
    const name = `${credential.accessKeyId}/${scope.date}/${scope.region}/${scope.service}`;
    let key = this.#keys.get(name);
    if (key === undefined) {
      key = deriveSigningKey(credential.secretAccessKey, scope);
      if (this.#keys.size >= keysKept) this.#keys.clear();
      this.#keys.set(name, key);
    }
    return key;
  }
}
