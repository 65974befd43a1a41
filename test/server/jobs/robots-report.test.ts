import type { RequestListener } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { Gate } from "../../../scraper/reading/gate.ts";
import { httpSource } from "../../../scraper/reading/http-source.ts";
import { isRobotsNews, robotsReport, sayRobots } from "../../../server/jobs/robots-report.ts";
import type { RobotsReport } from "../../../server/jobs/robots-report.ts";
import { emptyFolder } from "../../help.ts";
import { JumpingClock, serve } from "../../scraper/help.ts";

const aDay = 24 * 3_600_000;

async function lab(answer: RequestListener) {
  const asked: (string | undefined)[] = [];
  const site = await serve((request, response) => {
    asked.push(request.url);
    answer(request, response);
  });
  const source = await httpSource({ origin: site.origin });
  onTestFinished(async () => {
    await source[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
  });
  const file = `${emptyFolder()}/data/robots.json`;
  const clock = new JumpingClock();
  const gate = new Gate({ rate: 0.5, clock });
  const ask = async (userAgent = "Backscroll/0.1"): Promise<RobotsReport> =>
    robotsReport({ source, gate, userAgent, file, now: () => new Date(clock.now()) });
  return { ask, asked, clock, gate, origin: site.origin };
}

const text =
  (body: string, status = 200): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { "content-type": "text/plain" }).end(body);

test("robots.txt is asked for once a day, and told to everybody meanwhile", async () => {
  const { ask, asked, clock } = await lab(text("User-agent: *\nDisallow: /s/"));
  const first = await ask();
  expect(first).toMatchObject({ state: "disallowed", line: "Disallow: /s/", agent: "*" });
  clock.set(clock.now() + aDay - 1000);
  expect(await ask()).toEqual(first);
  expect(asked).toEqual(["/robots.txt"]);
  clock.set(clock.now() + 2000);
  await ask();
  await ask("Other/1.0");
  expect(asked.length).toBe(3);
});

test("it passes the gate like all else", async () => {
  const { ask, clock, gate } = await lab(text(""));
  await gate.pass(async () => {});
  const before = clock.now();
  await ask();
  expect(clock.now() - before).toBe(2000);
});

test.each<[string, RequestListener, RobotsReport["state"]]>([
  ["none", text("gone", 404), "none"],
  [
    "a page instead",
    (_, response) => response.setHeader("content-type", "text/html").end("<p>hi"),
    "none",
  ],
  ["a fault", text("User-agent: *\nDisallow: /", 503), "unreachable"],
  ["a line that is dropped", (request) => request.socket.destroy(), "unreachable"],
  ["all allowed", text("User-agent: *\nAllow: /"), "allowed"],
])("a source with %s is reported so, and nothing fails", async (_what, answer, state) => {
  const { ask, asked } = await lab(answer);
  const report = await ask();
  expect(report.state).toBe(state);
  expect(isRobotsNews(report, { rate: 2 })).toBe(false);
  await ask();
  expect(asked.length).toBe(1);
});

test("people are told what it asks for and is not done, and how to do it", async () => {
  const { ask, origin } = await lab(text("User-agent: *\nDisallow: /\nCrawl-delay: 10"));
  const report = await ask();
  expect(isRobotsNews(report, { rate: 2 })).toBe(true);
  expect(sayRobots(report, { rate: 2 })).toBe(
    `robots.txt of ${origin} asks programs like this one not to read channels (“Disallow: /” for *). They are read all the same; whether they should be is yours to decide. It asks for 10 s between requests: BACKSCROLL_RATE=0.1 keeps to that.`,
  );
  expect(sayRobots(report, { rate: 0.1 })).not.toContain("BACKSCROLL_RATE");
});
