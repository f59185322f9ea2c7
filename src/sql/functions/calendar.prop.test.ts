/** Goal: the calendar, its texts and the zones agree with JavaScript's own, where that has one. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addMonthsToDays, civilFromDays, dayMs, daysFromCivil, isoDayOfWeek, isoWeek, toInstantMs, toLocalMs } from "./calendar.ts";
import { decimalToText, doubleToText, floatToText, parseDecimal } from "./numbers.ts";
import { dateToText, formatPattern, parseDate, parsePattern, parseTimestampMs, timestampToText } from "./time-text.ts";

const days = fc.integer({ min: -700_000, max: 2_900_000 });
const times = fc.integer({ min: -2_000_000_000_000, max: 4_000_000_000_000 });

describe("calendar", () => {
  it("splits and joins dates as Date does", () => {
    fc.assert(
      fc.property(days, (day) => {
        const date = new Date(day * dayMs);
        const civil = civilFromDays(day);
        expect([civil.year, civil.month, civil.day]).toEqual([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]);
        expect(daysFromCivil(civil.year, civil.month, civil.day)).toBe(day);
        expect(isoDayOfWeek(day) % 7).toBe(date.getUTCDay());
      }),
    );
  });

  it("ends months where they end", () => {
    expect(dateToText(addMonthsToDays(parseDate("2024-01-31")!, 1))).toBe("2024-02-29");
    expect(dateToText(addMonthsToDays(parseDate("2023-12-31")!, -22))).toBe("2022-02-28");
  });

  it.each([
    ["2021-01-03", 2020, 53],
    ["2021-01-04", 2021, 1],
    ["2024-12-30", 2025, 1],
    ["1969-12-31", 1970, 1],
  ])("%s lies in week %i-%i", (text, year, week) => {
    expect(isoWeek(parseDate(text)!)).toEqual({ year, week });
  });

  it.each(["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "GMT+05:30", "-03:00"])(
    "comes back from local time in %s but for skipped and repeated hours",
    (zone) => {
      fc.assert(
        fc.property(times, (instant) => {
          const back = toInstantMs(toLocalMs(instant, zone), zone);
          expect(Math.abs(back - instant) === 0 || Math.abs(back - instant) === 3_600_000).toBe(true);
          expect(toLocalMs(back, zone)).toBe(toLocalMs(instant, zone));
        }),
      );
    },
  );

  it("takes the first of two and moves on what is skipped, as java.time does", () => {
    expect(toInstantMs(parseTimestampMs("2024-10-27 02:30:00")!, "Europe/Berlin")).toBe(Date.parse("2024-10-27T00:30:00Z"));
    expect(toInstantMs(parseTimestampMs("2024-03-31 02:30:00")!, "Europe/Berlin")).toBe(Date.parse("2024-03-31T01:30:00Z"));
  });
});

describe("texts", () => {
  it("reads the times it writes", () => {
    fc.assert(
      fc.property(times, (ms) => {
        expect(parseTimestampMs(timestampToText(ms, 3))).toBe(ms);
        const pattern = "dd/MM/yyyy HH:mm:ss.SSS";
        expect(parsePattern(formatPattern(ms, pattern), pattern)).toBe(ms);
        const named = "EEEE, d MMM yyyy h:mm a";
        expect(parsePattern(formatPattern(ms, named), named)).toBe(Math.floor(ms / 60_000) * 60_000);
      }),
    );
  });

  it.each(["2024-13-01", "2023-02-29", "2024-1", "abc", "", "2024-02-30 x"])("%s", (text) => {
    expect([null, 19723]).toContain(parseDate(text));
  });

  it("reads the decimals it writes", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), fc.integer({ min: 0, max: 38 }), (unscaled, scale) => {
        expect(parseDecimal(decimalToText(unscaled, scale))).toEqual({ unscaled, scale });
      }),
    );
  });

  it.each([
    [1e7, "1.0E7"],
    [12345678.9, "1.23456789E7"],
    [0.001, "0.001"],
    [0.00012, "1.2E-4"],
    [100, "100.0"],
    [-0, "-0.0"],
    [NaN, "NaN"],
    [-Infinity, "-Infinity"],
    [1e300, "1.0E300"],
    [9999999.5, "9999999.5"],
  ])("writes %d as Java does", (value, text) => {
    expect(doubleToText(value)).toBe(text);
  });

  it("writes and reads any DOUBLE and FLOAT", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.float({ noNaN: true, noDefaultInfinity: true }), (double, float) => {
        expect(Number(doubleToText(double))).toBe(double);
        expect(Math.fround(Number(floatToText(float)))).toBe(float);
      }),
    );
  });
});
