import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  docker,
  done,
  found,
  image,
  project,
  root,
  secondsSince,
  services,
  site,
  stack,
  withoutMeilisearch,
} from "./stack.ts";

interface Row {
  readonly what: string;
  readonly seen: string;
  readonly state: "ok" | "FAILED" | "not run";
}
const rows: Row[] = [];
const meilisearch = services.meilisearch.image;
const engine = withoutMeilisearch ? "embedded" : "meilisearch";
const started = withoutMeilisearch ? ["server", "source"] : [];

/** One thing that must hold; what was seen of it becomes a row. */
async function see(what: string, look: () => Promise<string>): Promise<void> {
  try {
    rows.push({ what, seen: await look(), state: "ok" });
  } catch (error) {
    rows.push({ what, seen: String(error).replaceAll("\n", " ").slice(0, 700), state: "FAILED" });
  }
  const { seen, state } = rows.at(-1)!;
  console.error(`${state.padEnd(7)}  ${what}: ${seen}`);
}

async function seeOfMeilisearch(what: string, look: () => Promise<string>): Promise<void> {
  if (!withoutMeilisearch) return see(what, look);
  rows.push({ what, seen: "left out", state: "not run" });
}

function mustBe(seen: unknown, wanted: unknown): void {
  if (seen !== wanted) throw new Error(`It is ${String(seen)} and should be ${String(wanted)}.`);
}

const timed = async (work: Promise<unknown>): Promise<number> => {
  const since = performance.now();
  await work;
  return secondsSince(since);
};

/** When something became so, in ms. */
async function until(isSo: () => Promise<boolean>): Promise<number> {
  const since = performance.now();
  while (!(await isSo().catch(() => false))) {
    if (performance.now() - since > 90_000) throw new Error("Not within 90 s.");
    await sleep(200);
  }
  return performance.now();
}

const dangling = async (): Promise<string> =>
  done("volume", "ls", "--quiet", "--filter", "dangling=true");
const everything = "limit=1";
const inServer = (...command: readonly string[]): readonly string[] =>
  stack("exec", "-T", "server", "backscroll", ...command);

async function ofTheImage(): Promise<void> {
  await see("the image builds", async () => {
    const seconds = await timed(done("build", "--tag", image, "."));
    const bytes = Number(await done("image", "inspect", "--format", "{{.Size}}", image));
    return `${seconds} s, ${Math.round(bytes / 1e6)} MB`;
  });
  await see("any user runs it, on a read-only file system", async () => {
    const args = ["run", "--rm", "--read-only", "--tmpfs=/tmp", "--user=4321:4321", image];
    const { out } = await docker(...args, "schedule", "list");
    mustBe(
      out,
      "There is no archive in /data. Name its folder with --data or BACKSCROLL_DATA; to begin one there, archive a channel: backscroll archive durov",
    );
    const made = await done(...args, "schedule", "add", "durov", "--adaptive");
    mustBe(made.includes("@durov: adaptive, next "), true);
    return out;
  });
  await see("made of files that only their owner may read, it runs the same", async () => {
    const at = mkdtempSync(join(tmpdir(), "backscroll-context-"));
    for (const path of execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).split(
      "\n",
    ))
      if (path !== "") cpSync(join(root, path), join(at, path));
    execFileSync("chmod", ["-R", "go=", at]);
    await done("build", "--tag", `${image}:077`, at);
    rmSync(at, { recursive: true });
    return done("run", "--rm", "--user=4321:4321", `${image}:077`, "--version");
  });
  await see("Ukrainian has its dictionary, and the licences are there", async () => {
    const { out } = await docker("run", "--rm", image, "doctor");
    const line = out.split("\n").find((one) => one.includes("dictionaries")) ?? out;
    mustBe(line, "ok       dictionaries: Russian, English, Ukrainian");
    const files = await done("run", "--rm", "--entrypoint=ls", image, "/app/LICENSES");
    mustBe(files, "README.md\nhunspell-uk.txt");
    return line.slice(9);
  });
}

async function ofTheStack(): Promise<void> {
  await see("up --wait", async () => {
    const seconds = await timed(done(...stack("up", "--detach", "--wait", ...started)));
    return `${seconds} s`;
  });
  await see("healthy soon after it answers", async () => {
    const id = await done(...stack("ps", "--quiet", "server"));
    await done(...stack("restart", "server"));
    const at = `${await site()}/health`;
    const [answers, healthy] = await Promise.all([
      until(async () => (await fetch(at)).ok),
      until(
        async () => (await done("inspect", "--format={{.State.Health.Status}}", id)) === "healthy",
      ),
    ]);
    const seconds = Math.max(0, (healthy - answers) / 1000);
    if (seconds > 5) throw new Error(`After ${seconds} s.`);
    return `${seconds.toFixed(1)} s`;
  });
  await see("changes take the admin key, also from this machine", async () => {
    const [, key = ""] = /(bs_\w+)/.exec(await done(...stack("logs", "server"))) ?? [];
    const keys = `${await site()}/api/v1/keys`;
    mustBe((await fetch(keys)).status, 401);
    mustBe((await fetch(keys, { headers: { authorization: `Bearer ${key}` } })).status, 200);
    return "401 without, 200 with";
  });
  await see("an archive of 2,000 posts, and every one found", async () => {
    const seconds = await timed(done(...inServer("archive", "first_channel")));
    const now = await found(everything, (answer) => answer.engine === engine && answer.total > 0);
    return `${now.answer.total} posts in ${seconds} s, found through ${engine} after ${now.seconds} s`;
  });
  await see("visitors that a proxy on this machine asks for are told apart", async () => {
    const at = `${await site()}/api/v1/channels`;
    // All at once: whoever asks slowly is not refused.
    const asked = async (address: string, times: number): Promise<number> => {
      const headers = { "x-forwarded-for": address };
      const answers = await Promise.all(
        Array.from({ length: times }, async () => (await fetch(at, { headers })).status),
      );
      return answers.filter((status) => status === 429).length;
    };
    const apart = await Promise.all(
      ["203.0.113.1", "203.0.113.2", "203.0.113.3"].map(async (one) => asked(one, 100)),
    );
    mustBe(apart.join(), "0,0,0");
    const one = await asked("203.0.113.4", 150);
    if (one === 0) throw new Error("One visitor may ask without bound.");
    return `300 of three: none refused; 150 of one: ${one} refused`;
  });
}

async function ofFaults(): Promise<void> {
  const before = (await found(everything, ({ total }) => total > 0)).answer.total;
  await seeOfMeilisearch("Meilisearch killed: the embedded engine answers", async () => {
    await done(...stack("kill", "meilisearch"));
    const { answer, seconds } = await found(everything, (one) => one.engine === "embedded");
    mustBe(answer.total, before);
    return `${answer.total} posts after ${seconds} s`;
  });
  await see("archived meanwhile", async () =>
    done(...inServer("archive", "later_channel")).then(
      () => "later_channel",
      // The index of Meilisearch is behind, which is what its exit code says.
      (error: unknown) => {
        if (!withoutMeilisearch && String(error).includes("ended with 7"))
          return "later_channel, code 7";
        throw error;
      },
    ),
  );
  await seeOfMeilisearch("Meilisearch back: it has caught up", async () => {
    await done(...stack("start", "meilisearch"));
    const now = await found(
      everything,
      (one) => one.engine === "meilisearch" && one.total > before,
    );
    return `${now.answer.total} posts after ${now.seconds} s`;
  });
  const all = (await found(everything, ({ total }) => total > before)).answer.total;
  const whole = async (): Promise<string> => {
    const now = await found(everything, (one) => one.engine === engine && one.total === all);
    return `${all} posts through ${engine} after ${now.seconds} s`;
  };
  for (const name of ["server", ...(withoutMeilisearch ? [] : ["meilisearch"])])
    await see(`${name} restarted`, async () => {
      await done(...stack("restart", name));
      return whole();
    });
  await seeOfMeilisearch("Meilisearch upgraded in the words of the documents", async () => {
    const words = readFileSync(join(root, "docs/search-engines.md"), "utf8");
    const [, block = ""] = /^(?: {4}docker compose rm[^\n]*\n)((?: {4}.+\n)+)/m.exec(words) ?? [];
    const [rm = ""] = / {4}docker compose rm.*/.exec(words) ?? [];
    for (const line of [rm, ...block.split("\n")].map((one) => one.trim()).filter(Boolean)) {
      const [, verb = "", ...args] = line.replaceAll("backscroll_", `${project}_`).split(" ");
      await done(...(verb === "compose" ? stack(...args) : [verb, ...args]));
    }
    return whole();
  });
  await see("stopped in good order", async () => {
    const id = await done(...stack("ps", "--quiet", "server"));
    const seconds = await timed(done(...stack("stop", "server")));
    mustBe(await done("inspect", "--format", "{{.State.ExitCode}}", id), "0");
    return `${seconds} s, exit code 0`;
  });
  await see("down and up again: all is there, and no volume without a name is left", async () => {
    const left = await dangling();
    await done(...stack("down"));
    const named = ["archive", "keys", "meilisearch"].map((name) => `${project}_${name}`);
    const now = (await dangling()).split("\n").filter((name) => !named.includes(name));
    mustBe(now.join("\n"), left);
    await done(...stack("up", "--detach", "--wait", ...started));
    return whole();
  });
  await see("memory at rest", async () => {
    const ids = (await done(...stack("ps", "--quiet"))).split("\n");
    const said = await done("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}", ...ids);
    return said.replaceAll(`${project}-`, "").replaceAll("\n", "; ");
  });
}

if (!withoutMeilisearch && (await docker("image", "inspect", meilisearch)).code !== 0) {
  const { code, out } = await docker("pull", meilisearch);
  if (code !== 0) {
    console.error(
      `${meilisearch} cannot be had (${out}). Leave it out with --without-meilisearch.`,
    );
    process.exit(1);
  }
}
try {
  await docker(...stack("down", "--volumes"));
  await ofTheImage();
  await ofTheStack();
  await ofFaults();
} finally {
  await docker(...stack("down", "--volumes"));
  await docker("image", "rm", image, `${image}:077`);
}
const width = Math.max(...rows.map(({ what }) => what.length));
for (const { what, seen, state } of rows)
  console.log(`${state.padEnd(7)}  ${what.padEnd(width)}  ${seen}`);
process.exitCode = rows.some(({ state }) => state === "FAILED") ? 1 : 0;
