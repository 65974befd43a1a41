import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";

const main = fileURLToPath(new URL("../../server/main.ts", import.meta.url));

interface Known {
  readonly runs: readonly { readonly state: string; readonly error?: { readonly class: string } }[];
}

test("one command archives the sample, serves it, lets no second one take its data away, and ends when told to", async () => {
  const folder = mkdtempSync(join(tmpdir(), "demo-"));
  const demo = spawn(process.execPath, [main, "demo"], {
    cwd: folder,
    env: { ...process.env, BACKSCROLL_PORT: "0" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(demo, "close");
  const said: string[] = [];
  try {
    for await (const line of createInterface({ input: demo.stderr })) {
      said.push(line);
      const [site] = line.startsWith("Serving") ? (/http:\/\/\S+/.exec(line) ?? []) : [];
      if (!site) continue;
      const second = spawnSync(process.execPath, [main, "demo"], {
        cwd: folder,
        env: { ...process.env, BACKSCROLL_PORT: "0" },
        encoding: "utf8",
        timeout: 60_000,
      });
      expect([second.status, second.stderr]).toEqual([
        2,
        `A demo already runs in ${join(folder, "demo-data")}, and this one would take its data away. End that one, or start this one in another folder.\n`,
      ]);
      const answer = await fetch(`${site}/api/v1/search?q=${encodeURIComponent("симметрией")}`);
      const { total } = (await answer.json()) as { total: number };
      expect(total).toBeGreaterThan(1);
      const channels = `${site}/api/v1/channels`;
      await fetch(channels, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: '{"channel":"tihiy_kanal"}',
      });
      const read = async () => (await (await fetch(channels)).json()) as Known;
      const { runs } = await vi.waitUntil(
        async () => {
          const known = await read();
          return known.runs[0]?.state === "failed" && known;
        },
        { timeout: 10_000 },
      );
      expect(runs[0]?.error?.class).toBe("ChannelUnavailable");
      demo.kill("SIGTERM");
    }
    expect(said).toContain(
      `What the demo makes lies in ${join(folder, "demo-data")}, and can be deleted.`,
    );
    expect({ said, ended: await ended }).toMatchObject({ ended: [0, null] });
  } finally {
    demo.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  }
}, 180_000);

test.each([
  [["--help"], 0, "--port <value>"],
  [["--prot", "1"], 2, "unknown option '--prot'\n(Did you mean --port?)"],
  [["extra"], 2, "too many arguments for 'demo'."],
  [["--port"], 2, "option '--port <value>' argument missing"],
  [["--port", "-1"], 2, '--port is "-1".'],
  [["--port", "http"], 2, '--port is "http".'],
] as const)("told %j it says what it takes, and begins nothing", (args, code, words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "demo", ...args], {
    cwd: tmpdir(),
    encoding: "utf8",
  });
  expect(stdout + stderr).toContain(words);
  expect(stdout + stderr).not.toContain("    at ");
  expect(status).toBe(code);
});

test("in a folder that cannot be written it says so, and begins nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "demo-"));
  try {
    writeFileSync(join(folder, "demo-data"), "a file");
    const { status, stderr } = spawnSync(process.execPath, [main, "demo"], {
      cwd: folder,
      env: { ...process.env, BACKSCROLL_PORT: "0" },
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([
      2,
      `The demo's folder ${join(folder, "demo-data")} cannot be made or written (EEXIST: file already exists, mkdir 'demo-data'). Start it in a folder that can be.\n`,
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(["demo", "channels", "archive durov"])(
  "in a folder that is gone `%s` says so in a sentence",
  (command) => {
    const folder = mkdtempSync(join(tmpdir(), "gone-"));
    const { status, stderr } = spawnSync(
      "/bin/sh",
      ["-c", `cd "$0" && rmdir "$0" && exec "$1" "$2" ${command}`, folder, process.execPath, main],
      { encoding: "utf8" },
    );
    expect([status, stderr]).toEqual([
      2,
      "The folder this was started in is no longer there. Change to another, and run it again.\n",
    ]);
  },
);
