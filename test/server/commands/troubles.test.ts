import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { RunAnswer } from "../../../server/contract/run.ts";
import { backscroll, emptyFolder } from "../../help.ts";

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
  test.for(commands)("by `%s %s`: nobody is there", async (args) => {
    const source = await deadSource("offline");
    const env = { BACKSCROLL_DATA: emptyFolder(), BACKSCROLL_SOURCE: source, BACKSCROLL_PORT: "0" };
    const startMs = await startTime(env);
    const line =
      /Try 1 of 8: http:\S+ gave no answer: .*ECONNREFUSED.*\. Next try at \d\d:\d\d:\d\d UTC\./;
    const { said, tookMs } = await saidUntil(args, env, line);
    expect(said).toMatch(line);
    expect(said).toContain("@durov: Try 1 of 8");
    expect(said).not.toContain("nothing new");
    // `scrape` keeps nothing, and counts nothing.
    expect(said.includes("@durov: nothing could be read yet, 0 pages")).toBe(args[0] !== "scrape");
    expect(tookMs).toBeLessThan(startMs + namedWithinMs);
  });

  test.for(commands)("by `%s %s`: somebody is there and says nothing", async (args) => {
    const source = await deadSource("silent");
    const env = { BACKSCROLL_DATA: emptyFolder(), BACKSCROLL_SOURCE: source, BACKSCROLL_PORT: "0" };
    const startMs = await startTime(env);
    const line = /@durov: http:\S+\/s\/durov has not answered for 3 s \(try 1 of 8\)/;
    const { said, tookMs } = await saidUntil(args, env, line);
    expect(said).toMatch(line);
    expect(tookMs).toBeLessThan(startMs + namedWithinMs);
  });

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

async function addAndLook(site: string) {
  const began = performance.now();
  const asked = await fetch(`${site}/api/v1/channels`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ channel: "durov" }),
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
