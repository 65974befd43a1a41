import { expect, test } from "vitest";
import { readRobots } from "../../../scraper/reading/robots.ts";

const userAgent = "Mozilla/5.0 (compatible; Backscroll/0.1; archive of public channels)";
const path = "/s/durov";

test.each<[string, string, Partial<ReturnType<typeof readRobots>>]>([
  ["nothing", "", { allowed: true }],
  ["all for all", "User-agent: *\nDisallow:", { allowed: true }],
  ["no", "User-agent: *\nDisallow: /", { allowed: false, line: "Disallow: /", agent: "*" }],
  ["another path", "User-agent: *\nDisallow: /private", { allowed: true }],
  ["a longer yes", "User-agent: *\nDisallow: /\nAllow: /s/", { allowed: true, line: "Allow: /s/" }],
  ["a longer no", "User-agent: *\nAllow: /\nDisallow: /s/", { allowed: false }],
  ["yes and no alike", "User-agent: *\nDisallow: /s\nAllow: /s", { allowed: true }],
  [
    "our own group above that of all",
    "User-agent: *\nDisallow: /\n\nUser-agent: backscroll\nAllow: /\nCrawl-delay: 2.5",
    { allowed: true, agent: "backscroll", crawlDelaySeconds: 2.5 },
  ],
  ["a group of several", "user-agent: A\nuser-agent: Backscroll\ndisallow: /s", { allowed: false }],
  ["the group of another", "User-agent: Mozilla\nDisallow: /", { allowed: true }],
  ["a star", "User-agent: *\nDisallow: /*/durov$", { allowed: false }],
  ["an end that is none", "User-agent: *\nDisallow: /s/d$", { allowed: true }],
  [
    "comments and spaces",
    "\uFEFF # hi\r\n User-Agent : * # all\r\nDISALLOW : /s # no\r\n",
    { allowed: false },
  ],
  ["a rule of nobody", "Disallow: /", { allowed: true }],
  ["a delay beyond reason", "User-agent: *\nCrawl-delay: 1e99", { allowed: true }],
])("robots.txt that says %s", (_what, text, expected) => {
  expect(readRobots(text, { userAgent, path })).toMatchObject(expected);
});

test("a hostile robots.txt is read in no time", () => {
  const lines = Array.from({ length: 5_000 }, () => `Disallow: /${"*a".repeat(40)}$`);
  const began = performance.now();
  readRobots(`User-agent: *\n${lines.join("\n")}`, { userAgent, path: `/s/${"a".repeat(60)}` });
  expect(performance.now() - began).toBeLessThan(1_000);
});
