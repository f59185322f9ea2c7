/**
 * A self-signed X.509 certificate (RFC 5280) for the key that signs notifications. Validators ask for a certificate, not
 * for a bare key, and Node can read certificates but not make them. Pure.
 */
import { createPrivateKey, createPublicKey, sign } from "node:crypto";

const oid = {
  commonName: "550403",
  sha256WithRsa: "2a864886f70d01010b",
  subjectAlternativeName: "551d11",
} as const;

/** One DER element: tag, length, content. */
function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 128) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const bytes: number[] = [];
  for (let length = content.length; length > 0; length = Math.floor(length / 256)) bytes.unshift(length % 256);
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length, ...bytes]), content]);
}

const sequence = (...contents: readonly Uint8Array[]): Buffer => element(0x30, ...contents);
const objectIdentifier = (hex: string): Buffer => element(0x06, Buffer.from(hex, "hex"));
const algorithm = (): Buffer => sequence(objectIdentifier(oid.sha256WithRsa), element(0x05));

/** UTCTime through 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). */
function time(timeMs: number): Buffer {
  const text = new Date(timeMs).toISOString().replace(/[-:T]|\.\d{3}/g, "");
  return text < "2050" ? element(0x17, Buffer.from(text.slice(2), "latin1")) : element(0x18, Buffer.from(text, "latin1"));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(element(0x31, sequence(objectIdentifier(oid.commonName), element(0x0c, Buffer.from(commonName, "utf8")))));
}

/** dNSName for names, iPAddress for IPv4 addresses. */
function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    /^\d+\.\d+\.\d+\.\d+$/.test(host) ? element(0x87, Buffer.from(host.split(".").map(Number))) : element(0x82, Buffer.from(host, "latin1")),
  );
  return sequence(objectIdentifier(oid.subjectAlternativeName), element(0x04, sequence(...names)));
}

export interface CertificateRequest {
  /** PKCS #8 PEM of an RSA key. */
  readonly privateKey: string;
  readonly commonName: string;
  readonly hosts: readonly string[];
  /** At most 19 bytes, positive. */
  readonly serialNumber: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** PEM of the certificate, version 3, signed with SHA-256. */
export function selfSignedCertificate(request: CertificateRequest): string {
  const key = createPrivateKey(request.privateKey);
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
  const name = distinguishedName(request.commonName);
  const serial = Buffer.from(request.serialNumber);
  serial[0] = (serial[0] & 0x7f) | 0x40;
  const body = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, serial),
    algorithm(),
    name,
    sequence(time(request.notBeforeMs), time(request.notAfterMs)),
    name,
    publicKey,
    element(0xa3, sequence(alternativeNames(request.hosts))),
  );
  const signature = sign("sha256", body, key);
  const der = sequence(body, algorithm(), element(0x03, Buffer.from([0]), signature));
  const lines = der.toString("base64").match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
