import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { backscroll, emptyFolder } from "../../help.ts";

/** A channel of nine posts, two of them with a picture, at a source that asks not to be read by programs. */
async function bench() {
  const channel = "with_files";
  const truth = makeTruth({ posts: 9, channel, kinds: ["photo", "english", "file"], gaps: 0 });
  const robots = "User-agent: *\nDisallow: /\n";
  const standIn = await startStandIn({ channels: [truth], ownMedia: true, robots });
  onTestFinished(async () => standIn.close());
  const env = {
    BACKSCROLL_DATA: emptyFolder(),
    BACKSCROLL_SOURCE: standIn.origin,
    BACKSCROLL_MEDIA: "photo",
    BACKSCROLL_PORT: "0",
  };
  return { channel, env };
}

type Bench = Awaited<ReturnType<typeof bench>>;

/** A run by each of the commands that do one. */
const ways: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  archive: async ({ channel, env }) => {
    expect(await backscroll(["archive", channel], { env })).toMatchObject({ code: 0 });
  },
  "schedule run": async ({ channel, env }) => {
    await backscroll(["schedule", "add", channel, "--adaptive"], { env });
    expect(await backscroll(["schedule", "run"], { env })).toMatchObject({ code: 0 });
  },
  serve: async ({ channel, env }) => {
    const served = backscroll(["serve"], {
      env,
      started: (child) => {
        let said = "";
        child.stderr?.on("data", (text: string) => {
          said += text;
          const [site] = /(?<=Serving )http:\S+/.exec(said) ?? [];
          if (site === undefined) return;
          said = "";
          void follow(site, channel).finally(() => child.kill("SIGTERM"));
        });
      },
    });
    expect(await served).toMatchObject({ code: 0 });
  },
};

/** Asks a server for a channel, and returns when its run has ended. */
async function follow(site: string, channel: string): Promise<void> {
  const asked = await fetch(`${site}/api/v1/channels`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ channel }),
  });
  const { runId } = (await asked.json()) as { runId: string };
  await (await fetch(`${site}/api/v1/runs/${runId}/events`)).text();
}

test.for(Object.entries(ways))(
  "a run of `%s` fetches the files that are wanted, and says what robots.txt asks",
  async ([, way]) => {
    const { channel, env } = await bench();
    await way({ channel, env });
    await using archive = await Archive.open(join(env.BACKSCROLL_DATA, "archive.db"));
    const [run, ...more] = await archive.runs.list({ limit: 10 });
    expect(more).toEqual([]);
    expect(run).toMatchObject({ channel, state: "done", counts: { new: 9, media: 2 } });
    expect(await archive.media.count(channel)).toMatchObject({ kept: 2, waiting: 0 });
    const lines = await archive.runs.lines(run?.id ?? "");
    expect(lines.map(({ text }) => text)).toEqual([
      expect.stringContaining("asks programs like this one not to read channels"),
    ]);
  },
);
