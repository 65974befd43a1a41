import { describe, expect, test } from "vitest";
import { addressOf, isOwn } from "../../../scraper/reading/own-hosts.ts";

describe("the source's own hosts", () => {
  test.each([
    "https://t.me/durov",
    "https://telegram.me/s/durov",
    "https://telegram.dog/durov",
    "https://durov.t.me/",
  ])("Telegram's names stand for each other: %s", (url) => {
    expect(isOwn(new URL(url), "https://t.me")).toBe(true);
  });

  test.each([
    "http://t.me/durov",
    "https://t.me:8443/durov",
    "https://user@t.me/durov",
    "https://t.me.evil.example/",
    "https://evilt.me/",
    "https://telegram.org/",
    "https://127.0.0.1/",
    "https://xn--t-7fa.me/",
    "file:///etc/passwd",
  ])("anything else is foreign: %s", (url) => {
    expect(isOwn(new URL(url), "https://t.me")).toBe(false);
  });

  test("another source has its own origin only", () => {
    const source = "http://127.0.0.1:8081";
    expect(isOwn(new URL(`${source}/s/durov`), source)).toBe(true);
    expect(isOwn(new URL("http://127.0.0.1:8082/s/durov"), source)).toBe(false);
    expect(isOwn(new URL("https://t.me/s/durov"), source)).toBe(false);
  });

  test.each(["@evil.example/", ".evil.example/", ":80/", "s/durov", "", "\\\\evil.example"])(
    "a path that would change the host is refused: %j",
    (path) => {
      expect(() => addressOf(path, "https://t.me")).toThrow(/not a path|Invalid URL/);
    },
  );
});
