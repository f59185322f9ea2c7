// Goal: node, OpenSSL and python take the certificate, also where they are strict. Method: they are asked.
import { execFile, spawnSync } from "node:child_process";
import { createPrivateKey, generateKeyPairSync, verify, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { selfSignedCertificate } from "./certificate.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const request = {
  privateKey,
  commonName: "sns.test",
  hosts: ["localhost", "127.0.0.1", "::1", "2001:db8::ff00:42", "sns.test"],
  serialNumber: Buffer.from("ff0102030405060708090a0b0c0d0e0f", "hex"),
  notBeforeMs: Date.UTC(2020, 0, 2, 3, 4, 5),
  notAfterMs: Date.UTC(2060, 11, 31, 23, 59, 59),
};
const pem = selfSignedCertificate(request);
const folder = mkdtempSync(join(tmpdir(), "headrace-certificate-"));
const file = join(folder, "certificate.pem");
beforeAll(() => writeFileSync(file, pem));
afterAll(() => rmSync(folder, { recursive: true }));

const works = (command: string, ...argv: string[]): boolean => spawnSync(command, argv, { stdio: "ignore" }).status === 0;

/** Not spawnSync: the server that the command talks to lives in this thread. */
function run(command: string, argv: string[]): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile(command, argv, (error, stdout, stderr) => resolve({ code: error === null ? 0 : 1, text: stdout + stderr }));
  });
}

describe("certificate", () => {
  it("says what it was made of, on both sides of 2050", () => {
    const certificate = new X509Certificate(pem);
    expect(certificate.subject).toBe("CN=sns.test");
    expect(certificate.issuer).toBe("CN=sns.test");
    expect(certificate.ca).toBe(false);
    expect(certificate.serialNumber).toBe("7F0102030405060708090A0B0C0D0E0F");
    expect(Date.parse(certificate.validFrom)).toBe(request.notBeforeMs);
    expect(Date.parse(certificate.validTo)).toBe(request.notAfterMs);
    expect(certificate.subjectAltName).toBe(
      "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:0:FF00:42, DNS:sns.test",
    );
    expect(certificate.checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  it("signs with SHA-256 over its own body", () => {
    const { raw, publicKey } = new X509Certificate(pem);
    const body = raw.subarray(4, 4 + 4 + raw.readUInt16BE(6));
    expect(verify("sha256", body, publicKey, raw.subarray(-256))).toBe(true);
    body[20] ^= 1;
    expect(verify("sha256", body, publicKey, raw.subarray(-256))).toBe(false);
  });

  it("is taken by node's tls for its hosts and for no other", async () => {
    const server = createServer({ key: privateKey, cert: pem }, (socket) => socket.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const hello = (servername: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: "127.0.0.1", port, ca: pem, servername }, () => socket.on("data", (bytes) => resolve(bytes.toString())));
        socket.on("error", reject);
      });
    expect(await hello("localhost")).toBe("hello");
    expect(await hello("sns.test")).toBe("hello");
    await expect(hello("elsewhere.test")).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    await new Promise((resolve) => server.close(resolve));
  });

  it.skipIf(!works("openssl", "version"))("passes OpenSSL's strict verification", () => {
    const { status, stdout, stderr } = spawnSync("openssl", ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", file, file], { encoding: "utf8" });
    expect({ status, text: stdout + stderr }).toEqual({ status: 0, text: `${file}: OK\n` });
  });

  it.skipIf(!works("python3", "-c", "import ssl"))("is taken by python's ssl, strict", async () => {
    const server = createServer({ key: privateKey, cert: pem }, (socket) => socket.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const script = `
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
context.verify_flags |= ssl.VERIFY_X509_STRICT
with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[2]))), server_hostname="127.0.0.1") as connection:
    print(connection.recv(10).decode(), end="")
`;
    const { port } = server.address() as AddressInfo;
    expect(await run("python3", ["-c", script, file, String(port)])).toEqual({ code: 0, text: "hello" });
    await new Promise((resolve) => server.close(resolve));
  });
});
