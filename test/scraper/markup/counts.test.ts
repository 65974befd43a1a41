import { describe, expect, test } from "vitest";
import { parseCount, parseDuration, parsePercent } from "../../../scraper/markup/counts.ts";

describe("a number as Telegram shows it is read as a number", () => {
  test.each([
    ["0", 0],
    ["146", 146],
    ["1.5K", 1_500],
    ["3.42K", 3_420],
    ["436.6K", 436_600],
    ["60K", 60_000],
    ["18.9M", 18_900_000],
    ["1.2B", 1_200_000_000],
    ["5 012", 5_012],
    ["2\u00A0805", 2_805],
    ["1 234 567", 1_234_567],
    ["12,345", 12_345],
    [" 7\n", 7],
  ])("%j is %d", (shown, count) => {
    expect(parseCount(shown)).toBe(count);
  });

  test.each(["", "views", "K", "1.5", "-3", "1.2.3K", "12 34", "1e5", "∞"])(
    "%j is none",
    (shown) => {
      expect(parseCount(shown)).toBeUndefined();
    },
  );
});

describe("a duration is read as seconds", () => {
  test.each([
    ["0:58", 58],
    ["0:01", 1],
    ["12:05", 725],
    ["1:02:05", 3_725],
    [" 0:06\n", 6],
  ])("%j is %d", (shown, seconds) => {
    expect(parseDuration(shown)).toBe(seconds);
  });

  test.each(["", "58", "0:99", "1:2:3:4", "LIVE", "07:31 PM"])("%j is none", (shown) => {
    expect(parseDuration(shown)).toBeUndefined();
  });
});

test("a percentage is read with its fraction, and only with its sign", () => {
  expect(parsePercent("42%")).toBe(42);
  expect(parsePercent(" 33.3 %")).toBe(33.3);
  expect(parsePercent("42")).toBeUndefined();
});
