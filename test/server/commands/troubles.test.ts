import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import type { RunAnswer } from "../../../server/contract/run.ts";
import { backscroll, emptyFolder } from "../../help.ts";
import { series } from "../../whole.ts";

const namedWithinMs = 10_000;

/** A source that takes connections and never says a word, or where nobody listens. */
async function deadSource(how: "silent" | "offline"): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => new Promise((resolve) => server.close(resolve));
  if (how === "offline") await close();
  else onTestFinished(async () => void close());
  return origin;
}

/** Has a schedule made, and tells how long a command takes on this machine, busy as it is, before it does a thing. */
async function startTime(env: Record<string, string>): Promise<number> {
  const began = performance.now();
  await backscroll(["schedule", "add", "durov", "--adaptive"], { env });
  return performance.now() - began;
}

/** What the program says on stderr until it has said this, and how long that took. */
async function saidUntil(args: readonly string[], env: Record<string, string>, what: RegExp) {
  const began = performance.now();
  let tookMs: number | undefined;
  const { said } = await backscroll(args, {
    env,
    started: (child) => {
      let heard = "";
      child.stderr?.on("data", (text: string) => {
        heard += text;
        if (!what.test(heard) || tookMs !== undefined) return;
        tookMs = performance.now() - began;
        child.kill("SIGTERM");
      });
    },
  });
  return { said, tookMs };
}

const commands = [
  ["archive", "durov"],
  ["start", "durov"],
  ["scrape", "durov"],
  ["schedule", "run"],
];

describe("a source that does not answer is named within ten seconds", () => {
  test.for(series(commands, ([command]) => command === "start"))(
    "by `%s %s`: nobody is there",
    async (args) => {
      const source = await deadSource("offline");
      const env = {
        BACKSCROLL_DATA: emptyFolder(),
        BACKSCROLL_SOURCE: source,
        BACKSCROLL_PORT: "0",
      };
      const startMs = await startTime(env);
      const line =
        /Try 1 of 8: http:\S+ gave no answer: .*ECONNREFUSED.*\. Next try at \d\d:\d\d:\d\d UTC\./;
      const { said, tookMs } = await saidUntil(args, env, line);
      expect(said).toMatch(line);
      expect(said).toContain("@durov: Try 1 of 8");
      expect(said).not.toContain("nothing new");
      // `scrape` keeps nothing, and counts nothing.
      expect(said.includes("@durov: nothing could be read yet, 0 pages")).toBe(
        args[0] !== "scrape",
      );
      expect(tookMs).toBeLessThan(startMs + namedWithinMs);
    },
  );

  test.for(series(commands, ([command]) => command === "archive"))(
    "by `%s %s`: somebody is there and says nothing",
    async (args) => {
      const source = await deadSource("silent");
      const env = {
        BACKSCROLL_DATA: emptyFolder(),
        BACKSCROLL_SOURCE: source,
        BACKSCROLL_PORT: "0",
      };
      const startMs = await startTime(env);
      const line = /@durov: http:\S+\/s\/durov has not answered for 3 s \(try 1 of 8\)/;
      const { said, tookMs } = await saidUntil(args, env, line);
      expect(said).toMatch(line);
      expect(tookMs).toBeLessThan(startMs + namedWithinMs);
    },
  );

  test("by a server: in the run, in its log, on its pages and in the server's log", async () => {
    const source = await deadSource("offline");
    const env = { BACKSCROLL_DATA: emptyFolder(), BACKSCROLL_SOURCE: source, BACKSCROLL_PORT: "0" };
    let seen: Awaited<ReturnType<typeof addAndLook>> | undefined;
    const { said } = await backscroll(["serve"], {
      env,
      started: (child) => {
        let heard = "";
        child.stderr?.on("data", (text: string) => {
          heard += text;
          const [site] = /(?<=Serving )http:\S+/.exec(heard) ?? [];
          if (site === undefined) return;
          heard = "";
          void addAndLook(site)
            .then((found) => (seen = found))
            .finally(() => child.kill("SIGTERM"));
        });
      },
    });
    const { run, lines, page, list, tookMs } = seen ?? {};
    expect(run).toMatchObject({
      state: "running",
      trouble: {
        kind: "in-vain",
        url: `${source}/s/durov`,
        mostTries: 8,
        why: expect.stringContaining("ECONNREFUSED"),
      },
    });
    expect(lines).toContain("Try 1 of 8");
    for (const html of [page, list]) expect(html).toMatch(/Try \d of 8 brought no page/);
    expect(tookMs).toBeLessThan(namedWithinMs);
    expect(said).toContain("The source does not answer.");
  });
});

/** A channel with one picture, of which five bytes come at once, and then one each time. */
async function dripping(everyMs: number) {
  const truth = makeTruth({ posts: 1, kinds: ["photo"], gaps: 0 });
  const drips: NodeJS.Timeout[] = [];
  const standIn = await startStandIn({
    channels: [truth],
    files: {
      answer: (_, response) => {
        response.writeHead(200, { "content-length": 5_000 }).write("12345");
        drips.push(setInterval(() => response.write("6"), everyMs));
      },
    },
  });
  onTestFinished(async () => {
    for (const drip of drips) clearInterval(drip);
    await standIn.close();
  });
  const { name } = truth.profile;
  const env = {
    BACKSCROLL_DATA: emptyFolder(),
    BACKSCROLL_SOURCE: standIn.origin,
    BACKSCROLL_MEDIA: "photo",
    BACKSCROLL_PORT: "0",
  };
  return { name, env };
}

describe("a file that does not come is spoken of while it is waited for", () => {
  const ways = [
    ["comes no further", 600_000, String.raw`5 of 5000 bytes came in [345] s`],
    ["drips", 1_000, String.raw`1\d of 5000 bytes came in 1[012] s`],
  ] as const;
  test.for(series(ways, ([way]) => way === "comes no further"))(
    "by a command: it %s",
    async ([, everyMs, much]) => {
      const { name, env } = await dripping(everyMs);
      const line = new RegExp(
        `@${name}: A file of https://t.me/${name}/\\d+: ${much}; this try ends after 240 s\\.`,
      );
      const { said } = await saidUntil(["archive", name], env, line);
      expect(said).toMatch(line);
    },
  );

  test("by a server: in the run, in its log, on its pages and in the server's log", async () => {
    const { name, env } = await dripping(600_000);
    let seen: Awaited<ReturnType<typeof addAndLook>> | undefined;
    const { said } = await backscroll(["serve"], {
      env,
      started: (child) => {
        let heard = "";
        child.stderr?.on("data", (text: string) => {
          heard += text;
          const [site] = /(?<=Serving )http:\S+/.exec(heard) ?? [];
          if (site === undefined) return;
          heard = "";
          void addAndLook(site, name)
            .then((found) => (seen = found))
            .finally(() => child.kill("SIGTERM"));
        });
      },
    });
    const { run, lines, page, list } = seen ?? {};
    expect(run).toMatchObject({
      state: "running",
      trouble: { kind: "file", bytes: 5, ofBytes: 5_000, mostSeconds: 240 },
    });
    expect(lines).toMatch(/A file of \S+: 5 of 5000 bytes came in/);
    for (const html of [page, list]) expect(html).toMatch(/A file of \S+: 5 bytes came in \d s;/);
    expect(said).toContain("A file comes slowly.");
  });
});

async function addAndLook(site: string, channel = "durov") {
  const began = performance.now();
  const asked = await fetch(`${site}/api/v1/channels`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ channel }),
  });
  const { runId } = (await asked.json()) as { runId: string };
  const text = async (path: string) => (await fetch(`${site}${path}`)).text();
  for (;;) {
    const run = JSON.parse(await text(`/api/v1/runs/${runId}`)) as RunAnswer;
    const tookMs = performance.now() - began;
    if (!run.trouble && tookMs < namedWithinMs * 2) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      continue;
    }
    const lines = await text(`/api/v1/runs/${runId}/lines`);
    return { run, lines, page: await text(`/runs/${runId}`), list: await text("/runs"), tookMs };
  }
}
