import { describe, expect, it } from "vitest";
import { zoneOf } from "./zone.ts";

const utc = (text: string): number => Date.parse(`${text}Z`);

describe("local time", () => {
  const berlin = zoneOf("Europe/Berlin");
  it("follows the clocks of the zone", () => {
    expect(berlin.toLocal(utc("2024-03-31T00:59:59.999"))).toBe(utc("2024-03-31T01:59:59.999"));
    expect(berlin.toLocal(utc("2024-03-31T01:00:00.000"))).toBe(utc("2024-03-31T03:00:00.000"));
    expect(zoneOf("Asia/Kathmandu").toLocal(0)).toBe(5.5 * 3_600_000);
    expect(berlin.toLocal(utc("1969-07-20T20:17:00.000"))).toBe(utc("1969-07-20T21:17:00.000"));
  });
  it("finds both instants of an hour that comes twice, and one for an hour that never came", () => {
    expect(berlin.firstInstant(utc("2024-10-27T02:30:00.000"))).toBe(utc("2024-10-27T00:30:00.000"));
    expect(berlin.lastInstant(utc("2024-10-27T02:30:00.000"))).toBe(utc("2024-10-27T01:30:00.000"));
    expect(berlin.firstInstant(utc("2024-03-31T02:30:00.000"))).toBe(utc("2024-03-31T01:30:00.000"));
    expect(berlin.lastInstant(utc("2024-07-01T12:00:00.000"))).toBe(utc("2024-07-01T10:00:00.000"));
  });
});
