import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { post, serveArchive } from "./small-archive.ts";

/** As versions before 0.2 wrote dates that nobody had checked. */
const impossible = ["3000-01-01T00:00:00Z", "+200000-01-01T00:00Z", "-200000-01-01T00:00Z"];
const possible = ["2014-05-01T10:00:00Z", "2026-01-05T10:00:00Z", "2026-01-06T10:00:00Z"];
const posts = [...possible, ...impossible].map((publishedAt, index) =>
  post(index + 1, { publishedAt }),
);

let served: Awaited<ReturnType<typeof serveArchive>>;
beforeAll(async () => {
  const at = "2026-01-31T00:00:00Z";
  served = await serveArchive(
    [{ channel: { name: "garden" }, posts, span: { from: 1, to: posts.length }, at }],
    { isSound: false },
  );
});
afterAll(async () => served[Symbol.asyncDispose]());

const answer = async (path: string) => {
  const response = await served.app.request(`http://127.0.0.1${path}`);
  return { status: response.status, body: await response.text() };
};

describe("an old archive with dates that cannot be", () => {
  test("answers a search whose histogram chooses its own step, within bounds", async () => {
    const { status, body } = await answer("/api/v1/search?histogram=auto");
    expect(status).toBe(200);
    const { total, histogram, histogramStep } = JSON.parse(body) as {
      total: number;
      histogram: { start: string; count: number }[];
      histogramStep: string;
    };
    expect([total, histogramStep]).toEqual([6, "year"]);
    expect(histogram.length).toBeLessThan(10_000);
    expect(histogram.filter(({ count }) => count > 0)).toEqual([
      { start: "1970-01-01T00:00:00Z", count: 1 },
      { start: "2014-01-01T00:00:00Z", count: 1 },
      { start: "2026-01-01T00:00:00Z", count: 2 },
      { start: "3000-01-01T00:00:00Z", count: 1 },
      { start: "9998-01-01T00:00:00Z", count: 1 },
    ]);
  });

  test.each([
    ["day", "2932532"],
    ["week", "418934"],
    ["month", "96348"],
  ])("refuses a histogram by %s and says how many bars it would be", async (step, bars) => {
    const { status, body } = await answer(`/api/v1/search?histogram=${step}`);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      type: "urn:backscroll:problem:bad-parameter",
      parameter: "histogram",
      detail: `histogram: ${step} would make ${bars} bars; the most is 10000. Ask for a longer step, auto, or a shorter time by after and before.`,
    });
    expect((await answer(`/?histogram=${step}`)).status).toBe(400);
  });

  test("gives any step for a time that is short enough", async () => {
    const { status, body } = await answer(
      "/api/v1/search?histogram=day&after=2014&before=2027&limit=1",
    );
    expect(status).toBe(200);
    expect((JSON.parse(body) as { histogram: unknown[] }).histogram).toHaveLength(4269);
  });

  test.each([
    "/",
    "/?q=number&sort=new",
    "/?sort=old&view=table",
    "/compare?q=number",
    "/c/garden",
    "/c/garden/4",
    "/c/garden/5",
    "/channels",
    "/api/v1/feed.atom",
    "/api/v1/feed.json?q=number",
    "/api/v1/channels/garden/coverage",
  ])("%s answers, in two megabytes at most", async (path) => {
    const { status, body } = await answer(path);
    expect(status).toBe(200);
    expect(body.length).toBeLessThan(2_000_000);
  });

  test("the feed holds the posts whose dates it can say, and its archive months that have been", async () => {
    const { body } = await answer("/api/v1/feed.atom");
    expect(body).toContain("https://t.me/garden/3");
    expect(body).not.toContain("https://t.me/garden/4");
    expect(body).not.toContain("200000");
    expect(body).toContain("<updated>2026-01-06T10:00:00Z</updated>");
    expect(body).toContain(
      'rel="prev-archive" href="http://127.0.0.1/api/v1/feed.atom?archive=2026-01"',
    );
  });

  test("verify names each of them", async () => {
    const found = await served.archive.verify();
    expect(found.map(({ where }) => where)).toEqual(["@garden/4", "@garden/5", "@garden/6"]);
    expect(found[0]?.what).toBe(
      'it has the date "3000-01-01T00:00:00Z", which lies outside 1970-01-01 to 2026-02-02T00:00:00Z; such a post is not taken any more and can be purged',
    );
  });
});
