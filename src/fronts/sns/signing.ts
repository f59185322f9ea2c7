/** The key that signs notifications: made once per data folder, kept in the log. */
import { createHash, createSign, generateKeyPair, X509Certificate } from "node:crypto";
import { promisify } from "node:util";
import type { Platform } from "../../core/index.ts";
import type { Log } from "../../log/index.ts";
import { selfSignedCertificate } from "./certificate.ts";

const signingTable = "sns-signing";
const yearMs = 365 * 86_400_000;

export interface SigningIdentity {
  /** PEM. */
  readonly privateKey: string;
  /** PEM, served to whoever wants to check a signature. */
  readonly certificate: string;
}

/** Reads the identity, or makes one that is valid for ten years: also when a year or less is left of the one that is there. */
export async function openSigningIdentity(log: Log, platform: Platform): Promise<SigningIdentity> {
  const stored = log.table(signingTable).get("identity");
  const nowMs = platform.clock.nowMs();
  if (stored !== undefined) {
    const identity = JSON.parse(new TextDecoder().decode(stored)) as SigningIdentity;
    if (Date.parse(new X509Certificate(identity.certificate).validTo) - nowMs > yearMs) return identity;
  }
  const { privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const certificate = selfSignedCertificate({
    privateKey,
    commonName: "sns.headrace.local",
    hosts: ["localhost", "127.0.0.1", "::1", "sns.headrace.local"],
    serialNumber: platform.random.bytes(16),
    notBeforeMs: nowMs - 86_400_000,
    notAfterMs: nowMs + 10 * yearMs,
  });
  const identity = { privateKey, certificate };
  await log.commit([{ kind: "put", table: signingTable, key: "identity", value: new TextEncoder().encode(JSON.stringify(identity)) }]);
  return identity;
}

/** Path of an identity's certificate. Receivers remember certificates by their address, so each has its own, as on AWS. */
export function certificatePath({ certificate }: SigningIdentity): string {
  return `/SimpleNotificationService-${createHash("sha256").update(certificate).digest("hex").slice(0, 32)}.pem`;
}

/** Fields that are signed, in byte order of their names, by type of message (SNS guide, "Verifying message signatures"). */
const signedFields: Record<string, readonly string[]> = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
  UnsubscribeConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
};

/** Base64 signature: version 1 is SHA1withRSA, version 2 SHA256withRSA. */
export function signMessage(message: Readonly<Record<string, unknown>> & { readonly Type: string }, version: "1" | "2", identity: SigningIdentity): string {
  let text = "";
  for (const name of signedFields[message.Type]) {
    const value = message[name];
    if (typeof value === "string") text += `${name}\n${value}\n`;
  }
  return createSign(version === "1" ? "RSA-SHA1" : "RSA-SHA256")
    .update(text, "utf8")
    .sign(identity.privateKey, "base64");
}
