/**
 * A self-signed X.509 certificate (RFC 5280) for the key that signs notifications. Validators ask for a certificate, not
 * for a bare key, and Node can read certificates but not make them. Pure.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { isIP } from "node:net";

const oid = {
  commonName: "550403",
  sha256WithRsa: "2a864886f70d01010b",
  subjectKeyIdentifier: "551d0e",
  keyUsage: "551d0f",
  subjectAlternativeName: "551d11",
  basicConstraints: "551d13",
  extendedKeyUsage: "551d25",
  serverAuthentication: "2b06010505070301",
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

function extension(hex: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(objectIdentifier(hex), ...(critical ? [element(0x01, Buffer.from([0xff]))] : []), element(0x04, value));
}

/** What strict verifiers ask of the certificate of a server that is its own issuer (RFC 5280, 4.2.1). */
function extensions(hosts: readonly string[], publicKey: Uint8Array): Buffer {
  const digitalSignatureAndKeyEncipherment = element(0x03, Buffer.from([5, 0xa0]));
  return element(
    0xa3,
    sequence(
      extension(oid.basicConstraints, true, sequence()),
      extension(oid.keyUsage, true, digitalSignatureAndKeyEncipherment),
      extension(oid.extendedKeyUsage, false, sequence(objectIdentifier(oid.serverAuthentication))),
      extension(oid.subjectKeyIdentifier, false, element(0x04, createHash("sha1").update(publicKey).digest())),
      extension(oid.subjectAlternativeName, false, sequence(...hosts.map(generalName))),
    ),
  );
}

/** dNSName for names, iPAddress for addresses. */
function generalName(host: string): Buffer {
  if (isIP(host) === 4) return element(0x87, Buffer.from(host.split(".").map(Number)));
  return isIP(host) === 6 ? element(0x87, addressBytes(host)) : element(0x82, Buffer.from(host, "latin1"));
}

/** The 16 bytes of an IPv6 address without an embedded IPv4 one. */
function addressBytes(host: string): Buffer {
  const [head, tail = ""] = host.split("::");
  const groups = (text: string): number[] => (text === "" ? [] : text.split(":").map((group) => parseInt(group, 16)));
  const zeros = new Array<number>(Math.max(0, 8 - groups(head).length - groups(tail).length)).fill(0);
  return Buffer.from([...groups(head), ...zeros, ...groups(tail)].flatMap((group) => [group >> 8, group & 0xff]));
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
    extensions(request.hosts, publicKey),
  );
  const signature = sign("sha256", body, key);
  const der = sequence(body, algorithm(), element(0x03, Buffer.from([0]), signature));
  const lines = der.toString("base64").match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
