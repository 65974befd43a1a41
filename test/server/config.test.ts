import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readConfig, settings } from "../../server/config.ts";
import { UsageError } from "../../scraper/errors.ts";

describe("settings", () => {
  test("are their defaults when nothing is set", () => {
    expect(readConfig({}, {})).toMatchObject({
      data: "./data",
      source: "https://t.me",
      rate: 2,
      concurrency: 4,
      port: 8080,
    });
  });

  test("a flag wins over the environment", () => {
    expect(readConfig({ rate: "5" }, { BACKSCROLL_RATE: "3" }).rate).toBe(5);
    expect(readConfig({}, { BACKSCROLL_RATE: "3" }).rate).toBe(3);
  });

  test("may come from a file", () => {
    const file = join(mkdtempSync(join(tmpdir(), "backscroll-")), "rate");
    writeFileSync(file, "7\n");
    expect(readConfig({}, { BACKSCROLL_RATE_FILE: file }).rate).toBe(7);
    expect(() => readConfig({}, { BACKSCROLL_RATE_FILE: `${file}-missing` })).toThrow(UsageError);
  });

  test.each([
    "fifteen letters",
    "sixteen letters, ünd mehr",
    "whsec_this is no base64 of anything",
    "whsec_dG9vIHNob3J0",
  ])("a secret that a receiver would read otherwise is refused and not shown: %s", (value) => {
    const refused = (): unknown => readConfig({}, { BACKSCROLL_ALERT_WEBHOOK_SECRET: value });
    expect(refused).toThrow(/^BACKSCROLL_ALERT_WEBHOOK_SECRET .*(ASCII\)|24 to 64 bytes)\.$/);
    expect(refused).not.toThrow(value);
  });

  test.each([
    ["BACKSCROLL_RATE", "fast"],
    ["BACKSCROLL_RATE", "0"],
    ["BACKSCROLL_RATE", "1001"],
    ["BACKSCROLL_RATE", "1e2"],
    ["BACKSCROLL_CONCURRENCY", "2.5"],
    ["BACKSCROLL_CONCURRENCY", "65"],
    ["BACKSCROLL_SOURCE", "t.me"],
    ["BACKSCROLL_SOURCE", "file:///etc"],
    ["BACKSCROLL_SOURCE", "https://t.me/s"],
    ["BACKSCROLL_PORT", "70000"],
    ["BACKSCROLL_ENGINE", "lucene"],
    ["BACKSCROLL_READ", "nobody"],
    ["BACKSCROLL_DATA", ""],
    ["BACKSCROLL_HOST", ""],
    ["BACKSCROLL_USER_AGENT", "Archive/1\r\nX-Forwarded-For: 10.0.0.1"],
    ["BACKSCROLL_USER_AGENT", "Archive/1\n"],
    ["BACKSCROLL_USER_AGENT", "Архив/1"],
    ["BACKSCROLL_USER_AGENT", " "],
    ["BACKSCROLL_URL", "archive.example"],
    ["BACKSCROLL_URL", "https://archive.example/below"],
    ["BACKSCROLL_EMBED", "blog.example"],
    ["BACKSCROLL_EMBED", "https://blog.example,https://*.example/x"],
    ["BACKSCROLL_USER_AGENT", "A".repeat(201)],
    ["BACKSCROLL_CHROMIUM", "/no/such/browser"],
  ])("%s=%s is refused in a sentence that names it", (name, value) => {
    expect(() => readConfig({}, { [name]: value })).toThrow(`${name} is "${value}".`);
  });

  test("are flags by their names in words", () => {
    const agent = "Archive/1.0 (+https://example.org; mail@example.org)";
    expect(readConfig({ userAgent: agent }, {}).userAgent).toBe(agent);
    expect(() => readConfig({ userAgent: "a\tb" }, {})).toThrow("--user-agent is");
  });

  test("of sites that may frame a post are origins, each once", () => {
    const typed = "https://Blog.example/, https://blog.example:443,http://shop.example:8080,*";
    expect(readConfig({}, { BACKSCROLL_EMBED: typed }).embed).toEqual([
      "https://blog.example",
      "http://shop.example:8080",
      "*",
    ]);
    expect(readConfig({}, {}).embed).toEqual([]);
    expect(readConfig({ url: "https://archive.example/" }, {}).url).toBe("https://archive.example");
  });

  test("have one name each", () => {
    const names = Object.values(settings).map((one) => one.name);
    expect(new Set(names).size).toBe(names.length);
  });
});
