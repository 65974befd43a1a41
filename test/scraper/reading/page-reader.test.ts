import type { ServerResponse } from "node:http";
import { browserSource } from "../../../scraper/reading/browser-source.ts";
import { describe, expect, test } from "vitest";
import type { Fault } from "../../../demo/faults.ts";
import { makeTruth } from "../../../demo/make-truth.ts";
import type { Refused } from "../../../demo/stand-in.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import { ChannelUnavailable, Throttled, Unreachable } from "../../../scraper/errors.ts";
import { Gate } from "../../../scraper/reading/gate.ts";
import { httpSource } from "../../../scraper/reading/http-source.ts";
import type { Answer, Ask, OnAnswer } from "../../../scraper/reading/page-reader.ts";
import { pageReader } from "../../../scraper/reading/page-reader.ts";
import type { PageSource } from "../../../scraper/reading/source.ts";
import { JumpingClock, serve } from "../help.ts";

describe("reading a page politely", () => {
  test("gives the page, where it was, and when", async () => {
    await using lab = await openLab();
    const read = await lab.read({ channel: "durov" });
    expect(read.page.kind).toBe("posts");
    expect(read).toMatchObject({ url: `${lab.origin}/s/durov`, readAt: "2026-01-01T00:00:00Z" });
    expect(Buffer.from(read.body).toString()).toContain("</html>");
  });

  test("waits as long as it is told after 429, and slows down", async () => {
    await using lab = await openLab([{ kind: "status", status: 429, retryAfter: "120" }]);
    await lab.read({ channel: "durov" });
    expect(lab.waited()).toBe(120_000);
    expect(lab.gate.rate).toBeCloseTo(1.42);
  });

  test.each([
    ["a date", "Thu, 01 Jan 2026 00:01:40 GMT", 100_000],
    ["a date gone by", "Wed, 31 Dec 2025 00:00:00 GMT", 0],
    ["nonsense", "soon", 30_000],
    ["nothing", undefined, 30_000],
  ])("understands %s in Retry-After", async (_, retryAfter, wait) => {
    await using lab = await openLab([
      { kind: "status", status: 429, ...(retryAfter !== undefined && { retryAfter }) },
    ]);
    await lab.read({ channel: "durov" });
    expect(lab.waited()).toBeGreaterThanOrEqual(wait);
    expect(lab.waited()).toBeLessThan(wait + 1_000);
  });

  test("is throttled when asked to slow down again and again", async () => {
    await using lab = await openLab(() => ({ kind: "status", status: 429 }));
    await expect(lab.read({ channel: "durov" })).rejects.toThrow(Throttled);
    expect(lab.asked()).toBe(8);
  });

  test.each([
    ["86400", "2026-01-02T00:00:00"],
    ["99999999999999999999", "2027-01-02T00:00:00"],
  ])(
    "is throttled at once when the pause asked for is long (%s), and announces no other try",
    async (retryAfter, until) => {
      await using lab = await openLab(() => ({ kind: "status", status: 429, retryAfter }));
      const told: unknown[] = [];
      const read = lab.read({ channel: "durov" }, undefined, ({ trouble }) => told.push(trouble));
      await expect(read).rejects.toThrow(Throttled);
      await expect(read).rejects.toThrow(`pause until ${until}`);
      expect(lab.asked()).toBe(1);
      const url = `${lab.origin}/s/durov`;
      const why = [{ code: "status", facts: { status: 429 } }];
      expect(told).toEqual([{ url, why, tries: 1, mostTries: 1 }]);
    },
  );

  test.each<Fault>([
    { kind: "status", status: 500 },
    { kind: "status", status: 503 },
    { kind: "reset" },
    { kind: "cut", share: 0.5 },
    { kind: "broken", share: 0.5 },
    { kind: "charset", as: "windows-1251" },
    { kind: "charset", as: "utf-16le" },
  ])("asks again, ever more patiently, after %o", async (fault) => {
    await using lab = await openLab([fault, fault, fault]);
    expect((await lab.read({ channel: "durov" })).page.kind).toBe("posts");
    expect(lab.asked()).toBe(4);
    // Chance is one half here: 0.5, 1 and 2 seconds.
    expect(lab.waited()).toBe(3_500);
  });

  test("gives up after eight tries, and says what happened last", async () => {
    await using lab = await openLab(() => ({ kind: "status", status: 502 }));
    const reading = lab.read({ channel: "durov", before: 9 });
    await expect(reading).rejects.toThrow(Unreachable);
    await expect(reading).rejects.toThrow("/s/durov?before=9 after 8 tries: it answers 502");
    expect(lab.waited()).toBeLessThan(120_000);
  });

  test.each<[string, Fault]>([
    ["403", { kind: "status", status: 403 }],
    ["404", { kind: "status", status: 404 }],
    ["a redirect to somebody else's host", { kind: "redirect", to: "http://127.0.0.1:9/login" }],
    ["redirects without end", { kind: "redirect", to: "/s/durov" }],
  ])("does not wait for %s to change: it is asked for twice", async (_, fault) => {
    await using lab = await openLab(() => fault);
    const tries: unknown[] = [];
    const read = lab.read({ channel: "durov" }, undefined, ({ trouble }) => tries.push(trouble));
    await expect(read).rejects.toThrow(Unreachable);
    await expect(read).rejects.toThrow("after 2 tries");
    expect(tries).toMatchObject([
      { tries: 1, mostTries: 2, nextInMs: 500 },
      { tries: 2, mostTries: 2 },
    ]);
    expect(lab.waited()).toBeLessThan(10_000);
  });

  test.each(odd)("$what is final, and told as what it is", async ({ answer, tries, why }) => {
    let asked = 0;
    await using server = await serve((_, response) => {
      asked += 1;
      answer(response);
    });
    await using lab = await openLab([], undefined, server.origin);
    const read = lab.read({ channel: "durov" });
    await expect(read).rejects.toThrow(Unreachable);
    const url = `${server.origin}/s/durov`;
    const look =
      tries === 2
        ? ` Waiting will not change it: open ${url} on this machine to see what answers there.`
        : "";
    const browser = why.startsWith("its") ? " There was no browser to try it with." : "";
    await expect(read).rejects.toThrow(
      `Gave up on /s/durov after ${tries} tries: ${why.replace("URL", url)}.${browser}${look} What was read is kept;`,
    );
    expect(asked).toBe(tries);
    expect(lab.waited()).toBeLessThan(10_000);
  });

  test("what a browser cannot read either is asked for three times in all", async () => {
    await using server = await serve((_, response) => pdf(response));
    await using lab = await openLab([], undefined, server.origin);
    const browser: PageSource = {
      origin: server.origin,
      get: () => Promise.reject(new Unreachable("it downloads a file")),
      [Symbol.asyncDispose]: async () => {},
    };
    await expect(lab.readWith(browser, { channel: "durov" })).rejects.toThrow("after 3 tries");
  });

  test("a page that comes after an empty answer is taken", async () => {
    await using lab = await openLab();
    const page = await (await fetch(`${lab.origin}/s/durov`)).text();
    let asked = 0;
    await using server = await serve((_, response) => {
      asked += 1;
      response.end(asked === 1 ? "" : page);
    });
    await using other = await openLab([], undefined, server.origin);
    expect((await other.read({ channel: "durov" })).page.kind).toBe("posts");
  });

  test("a browser takes a turn where an answer is a refusal, and then it is enough", async () => {
    await using lab = await openLab(() => ({ kind: "status", status: 403 }));
    await using other = await httpSource({ origin: lab.origin });
    await expect(lab.readWith(other, { channel: "durov" })).rejects.toThrow("after 3 tries");
  });

  test("tells what came instead of a page, and when the next try is", async () => {
    await using lab = await openLab([{ kind: "status", status: 502 }]);
    const told: unknown[] = [];
    await lab.read({ channel: "durov" }, undefined, ({ trouble }) => told.push(trouble));
    const url = `${lab.origin}/s/durov`;
    const why = [{ code: "status", facts: { status: 502 } }];
    expect(told).toEqual([{ url, why, tries: 1, mostTries: 8, nextInMs: 500 }, undefined]);
  });

  test("takes no other channel's page, wherever the source led", async () => {
    await using lab = await openLab([{ kind: "redirect", to: "/s/other_channel" }]);
    const told: unknown[] = [];
    const read = await lab.read({ channel: "durov" }, undefined, ({ trouble }) =>
      told.push(trouble?.why),
    );
    expect(read.page.channel?.name).toBe("durov");
    const shown = [{ code: "other-channel", facts: { channel: "other_channel" } }];
    expect(told).toEqual([shown, undefined]);
  });

  test("takes a page without posts for a refusal where posts must be", async () => {
    await using lab = await openLab([{ kind: "empty" }]);
    const read = await lab.read({ channel: "durov", expectPosts: true });
    expect(read.page.kind).toBe("posts");
    expect(lab.waited()).toBe(5_000);
    lab.site.fail(() => ({ kind: "empty" }));
    expect((await lab.read({ channel: "durov" })).page.kind).toBe("empty");
    await expect(lab.read({ channel: "durov", expectPosts: true })).rejects.toThrow(
      /no posts where there are some.*no browser/,
    );
    lab.site.fail();
    expect((await lab.read({ channel: "durov", expectPosts: true })).page.kind).toBe("posts");
  });

  test("an emptied channel is given up within seconds, an empty page inside a history waited out", async () => {
    await using lab = await openLab(() => ({ kind: "empty" }));
    await expect(lab.read({ channel: "durov", expectPosts: true })).rejects.toThrow(
      /after 3 tries: it shows no posts/,
    );
    expect(lab.waited()).toBeLessThan(20_000);
    await expect(lab.read({ channel: "durov", before: 100, expectPosts: true })).rejects.toThrow(
      /after 8 tries: it shows no posts/,
    );
    expect(lab.waited()).toBeGreaterThan(180_000);
  });

  test("tries another way where an answer is no page of a channel", async () => {
    await using lab = await openLab(({ number }) =>
      number === 1 ? { kind: "challenge", status: 403 } : undefined,
    );
    const others: string[] = [];
    await using source = await httpSource({ origin: lab.origin });
    const browser: PageSource = {
      origin: lab.origin,
      get: (path, options) => {
        others.push(path);
        return source.get(path, options);
      },
      [Symbol.asyncDispose]: async () => {},
    };
    const read = await lab.readWith(browser, { channel: "durov" });
    expect(read.page.kind).toBe("posts");
    expect(others).toEqual(["/s/durov"]);
  });

  test("a second way that cannot be had does not end the reading", async () => {
    await using lab = await openLab([{ kind: "challenge", status: 403 }]);
    await using broken = browserSource({ origin: lab.origin, chromiumPath: "/bin/false" });
    const read = await lab.readWith(broken, { channel: "durov" });
    expect(read.page.kind).toBe("posts");
  });

  test("says when there was no other way", async () => {
    await using lab = await openLab(() => ({ kind: "challenge", status: 403 }));
    await expect(lab.read({ channel: "durov" })).rejects.toThrow(
      /no page of a channel.*There was no browser to try it with/,
    );
  });

  test.each([
    ["nobody", "missing"],
    ["hidden", "preview-off"],
    ["crowd", "group"],
    ["banned", "restricted"],
    ["refused", "restricted"],
    ["market", "restricted"],
  ] as const)("names the reason why @%s cannot be read: %s", async (channel, reason) => {
    await using lab = await openLab();
    const error: unknown = await lab.read({ channel }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ChannelUnavailable);
    expect(error).toMatchObject({ reason, channel });
    expect(lab.asked()).toBe(2);
  });

  test("never asks for what is before the first post, where the newest page would come again", async () => {
    await using lab = await openLab();
    for (const before of [-1, 0, 1, 1.5, Number.NaN])
      await expect(lab.read({ channel: "durov", before })).rejects.toThrow(RangeError);
    expect(lab.asked()).toBe(0);
  });

  test("tells of every try what became of it, what it took and how long", async () => {
    const answers: Answer[] = [];
    await using lab = await openLab(
      [
        { kind: "status", status: 502 },
        { kind: "status", status: 429 },
        { kind: "redirect", to: "/s/durov" },
      ],
      (answer) => answers.push(answer),
    );
    const mine: Answer[] = [];
    await lab.read({ channel: "durov" }, undefined, (answer) => mine.push(answer));
    expect(mine.map(({ outcome, requests }) => [outcome, requests])).toEqual([
      ["failed", 1],
      ["throttled", 1],
      ["posts", 2],
    ]);
    expect(mine.reduce((sum, { requests }) => sum + requests, 0)).toBe(lab.asked());
    const page = await (await fetch(`${lab.origin}/s/durov`)).arrayBuffer();
    // Packed, as it came.
    expect(mine[2]?.bytes).toBeLessThan(page.byteLength / 2);
    expect(mine[2]?.bytes).toBeGreaterThan(page.byteLength / 20);
    await lab.read({ channel: "nobody" }).catch(() => undefined);
    expect(answers.slice(0, 3)).toEqual(mine);
    expect(answers[3]).toMatchObject({ outcome: "refused" });
  });

  test("stops waiting as soon as it is told to", async () => {
    const stop = new AbortController();
    await using lab = await openLab(() => {
      stop.abort(new Error("enough"));
      return { kind: "status", status: 429 };
    });
    await expect(lab.read({ channel: "durov" }, stop.signal)).rejects.toThrow("enough");
    expect(lab.asked()).toBe(1);
  });
});

const pdf = (response: ServerResponse): void => {
  response.writeHead(200, { "content-type": "application/pdf" });
  response.end(Buffer.concat([Buffer.from("%PDF-1.7\n%"), Buffer.alloc(1_193, 0xe2)]));
};
const login = "<!DOCTYPE html><html><head><title>Welcome to Airport WiFi</title></head></html>";

interface Odd {
  readonly what: string;
  readonly answer: (response: ServerResponse) => void;
  readonly tries: number;
  readonly why: string;
}
/** What stands between a machine and Telegram answers so. */
const odd: readonly Odd[] = [
  {
    what: "a redirect to nowhere",
    answer: (response) => response.writeHead(302).end(),
    tries: 2,
    why: "URL answers 302, a redirect without saying where to",
  },
  {
    what: "a redirect to what is no address",
    answer: (response) => response.writeHead(301, { location: "http://[login" }).end(),
    tries: 2,
    why: "URL answers 301, a redirect to “http://[login”, which is no address",
  },
  {
    what: "a file",
    answer: pdf,
    tries: 2,
    why: "its answer (HTTP 200, application/pdf, 1,203 bytes) is no page of a channel: it is a file",
  },
  {
    what: "a text",
    answer: (response) =>
      response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end("Blocked."),
    tries: 2,
    why: "its answer (HTTP 200, text/plain, 8 bytes) is no page of a channel: a body that is not HTML",
  },
  {
    what: "the login page of a network",
    answer: (response) => response.writeHead(200, { "content-type": "text/html" }).end(login),
    tries: 2,
    why: 'its answer (HTTP 200, text/html, 79 bytes) is no page of a channel: a page titled "Welcome to Airport WiFi"',
  },
  {
    what: "a refusal",
    answer: (response) => response.writeHead(451, { "content-type": "text/html" }).end(login),
    tries: 2,
    why: "its answer (HTTP 451, text/html, 79 bytes) is no page of a channel",
  },
  {
    what: "an empty answer, which may pass and is asked for once more,",
    answer: (response) => response.end(),
    tries: 3,
    why: "its answer is empty (HTTP 200, of no type, 0 bytes)",
  },
];

/** A reader of a stand-in that fails as planned, with a clock on which nobody waits. */
async function openLab(
  plan: readonly Fault[] | ((asked: { number: number }) => Fault | undefined) = [],
  onAnswer?: OnAnswer,
  origin?: string,
) {
  const faults =
    typeof plan === "function" ? plan : ({ number }: { number: number }) => plan[number - 1];
  const truth = makeTruth({ posts: 60, channel: "durov" });
  const other = makeTruth({ posts: 3, channel: "other_channel" });
  const site = await startStandIn({ channels: [truth, other, ...refused], faults });
  const source = await httpSource({ origin: origin ?? site.origin });
  const clock = new JumpingClock();
  const gate = new Gate({ clock });
  const began = clock.now();
  const parts = { source, gate, clock, random: () => 0.5 };
  return {
    site,
    gate,
    origin: site.origin,
    read: (ask: Ask, signal?: AbortSignal, onMine?: OnAnswer) =>
      pageReader({ ...parts, ...(onAnswer && { onAnswer }) }).read(
        ask,
        signal,
        onMine && { onAnswer: onMine },
      ),
    readWith: (secondTry: PageSource, ask: Ask) => pageReader({ ...parts, secondTry }).read(ask),
    asked: () => site.requests.length,
    waited: () => clock.now() - began,
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]();
      await site.close();
    },
  };
}

const refused: readonly Refused[] = (
  [
    ["hidden", "preview-off"],
    ["crowd", "group"],
    ["banned", "blocked"],
    ["refused", "view-posts-by"],
    ["market", "marketing"],
  ] as const
).map(([name, refusal]) => ({ name, refusal, title: name, verified: false, subscribers: 10 }));
