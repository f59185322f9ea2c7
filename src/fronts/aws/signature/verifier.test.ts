import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SignatureError } from "../errors.ts";
import { manualPlatform } from "../testing/manual-platform.ts";
import { SignatureVerifier } from "./verifier.ts";

interface Vector {
  name: string;
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: string;
  service: string;
}

/** Signed by botocore: scripts/generate-signature-vectors.py. */
const vectors = JSON.parse(readFileSync(new URL("./vectors.json", import.meta.url), "utf8")) as Vector[];
const credential = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const signedAtMs = Date.UTC(2026, 2, 4, 5, 6, 7);
const plain = vectors[0]!;
const presigned = vectors.find(({ name }) => name === "presigned URL")!;

function verify(
  vector: Vector,
  change: { nowMs?: number; body?: string; headers?: Record<string, string | undefined>; service?: string; secret?: string } = {},
): string {
  const platform = manualPlatform(change.nowMs ?? signedAtMs);
  const verifier = new SignatureVerifier([{ ...credential, ...(change.secret === undefined ? {} : { secretAccessKey: change.secret }) }], platform.clock);
  const headers = { ...vector.headers, ...change.headers } as Record<string, string>;
  for (const name of Object.keys(headers)) if (headers[name] === undefined) delete headers[name];
  return verifier.verify({ ...vector, headers, body: Buffer.from(change.body ?? vector.body) }, change.service ?? vector.service);
}

function problem(run: () => unknown): { problem: string; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof SignatureError) return { problem: error.problem, message: error.message };
    throw error;
  }
  return { problem: "none", message: "" };
}

describe("signature verifier", () => {
  it.each(vectors)("accepts what botocore signed: $name", (vector) => {
    expect(verify(vector)).toBe("AKIDEXAMPLE");
  });

  it.each(vectors)("refuses another secret: $name", (vector) => {
    expect(problem(() => verify(vector, { secret: "wrong" })).problem).toBe("invalid");
  });

  it.each(vectors.filter(({ body }) => body !== ""))("refuses another body: $name", (vector) => {
    const found = problem(() => verify(vector, { body: `${vector.body} ` }));
    expect(found.problem).toBe("invalid");
    expect(found.message).toMatch(/^The request signature we calculated does not match/);
  });

  it("takes the host from :authority", () => {
    expect(verify(plain, { headers: { host: undefined, ":authority": "127.0.0.1:4566" } })).toBe("AKIDEXAMPLE");
  });

  it("tells the kinds of refusal apart", () => {
    const header = plain.headers.authorization!;
    expect(problem(() => verify(plain, { headers: { authorization: undefined } }))).toEqual({ problem: "missing", message: "Missing Authentication Token" });
    expect(problem(() => verify(plain, { headers: { authorization: "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/a" } }))).toEqual({
      problem: "incomplete",
      message:
        "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. " +
        "Authorization=AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/a",
    });
    expect(problem(() => verify(plain, { headers: { "x-amz-date": undefined } })).problem).toBe("incomplete");
    expect(problem(() => verify(plain, { headers: { authorization: header.replace("AKIDEXAMPLE", "AKIDOTHER") } })).problem).toBe("unknown-key");
    expect(problem(() => verify(plain, { service: "sns" })).message).toBe("Credential should be scoped to correct service: 'sns'.");
    expect(problem(() => verify(plain, { headers: { authorization: header.replace("20260304/", "20260305/") } })).message).toMatch(/^Date in Credential scope/);
    expect(problem(() => verify(plain, { headers: { authorization: header.replace("host;", "") } })).message).toMatch(/must be a 'SignedHeader'/);
    expect(problem(() => verify({ ...plain, query: presigned.query })).problem).toBe("invalid");
  });

  it("holds clocks to five minutes either way", () => {
    const fiveMinutesMs = 300_000;
    expect(verify(plain, { nowMs: signedAtMs + fiveMinutesMs })).toBe("AKIDEXAMPLE");
    expect(verify(plain, { nowMs: signedAtMs - fiveMinutesMs })).toBe("AKIDEXAMPLE");
    expect(problem(() => verify(plain, { nowMs: signedAtMs + fiveMinutesMs + 1 })).message).toBe(
      "Signature expired: 20260304T050607Z is now earlier than 20260304T050607Z (20260304T051107Z - 5 min.)",
    );
    expect(problem(() => verify(plain, { nowMs: signedAtMs - fiveMinutesMs - 1 })).message).toMatch(/^Signature not yet current: 20260304T050607Z/);
  });

  it("lets a presigned URL live as long as it says", () => {
    expect(verify(presigned, { nowMs: signedAtMs + 600_000 })).toBe("AKIDEXAMPLE");
    expect(problem(() => verify(presigned, { nowMs: signedAtMs + 600_001 })).message).toMatch(/^Signature expired/);
  });
});
