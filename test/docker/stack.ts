import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";

export const root = join(import.meta.dirname, "../..");
export const project = "backscroll-test";
export const image = "backscroll-test";
export const withoutMeilisearch = process.argv.includes("--without-meilisearch");

const compose = readFileSync(join(root, "docker-compose.yml"), "utf8");
export const { services } = parse(compose) as {
  readonly services: Readonly<Record<"meilisearch", { readonly image: string }>>;
};

export interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/** Runs `docker …`; what it printed, on both streams, and how it ended. */
export async function docker(...args: readonly string[]): Promise<Ended> {
  const child = spawn("docker", args, {
    cwd: root,
    // A network of its own, beside one that a person's stack may have.
    env: { ...process.env, BACKSCROLL_NETWORK: "10.213.84.16/28" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: longestMs,
  });
  let out = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (out += text));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject).on("close", resolve);
  return { code: await promise, out: out.trim() };
}
const longestMs = 15 * 60_000;

/** The same, which must end with 0. */
export async function done(...args: readonly string[]): Promise<string> {
  const { code, out } = await docker(...args);
  if (code !== 0)
    throw new Error(`docker ${args.join(" ")} ended with ${code}: ${out.slice(-600)}`);
  return out;
}

/** The compose file as it is, under another name and port, and reading from a stand-in. */
const changes = `
services:
  keys:
    image: ${image}
  server:
    image: ${image}
    ports: !override ["127.0.0.1::8080"]
    environment:
      BACKSCROLL_SOURCE: http://source:8099
      BACKSCROLL_RATE: "1000"${withoutMeilisearch ? "\n      BACKSCROLL_ENGINE: embedded" : ""}
  source:
    image: ${image}
    pull_policy: never
    user: root
    entrypoint: ["node", "/app/test/docker/source.ts"]
    command: []
    tmpfs: [/data]
    healthcheck:
      test: ["CMD", "node", "-e", "fetch('http://127.0.0.1:8099/robots.txt')"]
      start_period: 30s
      start_interval: 1s
    volumes:
      - ${root}/demo:/app/demo:ro
      - ${root}/test/docker:/app/test/docker:ro
`;
const file = join(mkdtempSync(join(tmpdir(), "backscroll-docker-")), "override.yml");
writeFileSync(file, changes);

/** Arguments of `docker` that mean this stack. */
export const stack = (...args: readonly string[]): readonly string[] => [
  "compose",
  `--project-name=${project}`,
  `--file=${join(root, "docker-compose.yml")}`,
  `--file=${file}`,
  ...args,
];

/** Where the server answers; another port after each start. */
export async function site(): Promise<string> {
  return `http://${await done(...stack("port", "server", "8080"))}`;
}

export interface Answer {
  readonly total: number;
  readonly engine: string;
}

/** Searches until the answer is as wanted; undefined when it has not become so. Takes the seconds it took. */
export async function found(
  query: string,
  wanted: (answer: Answer) => boolean,
): Promise<{ readonly answer: Answer; readonly seconds: number }> {
  const since = performance.now();
  let last: unknown;
  while (performance.now() - since < longestWaitMs) {
    try {
      const answered = await fetch(`${await site()}/api/v1/search?${query}`, {
        headers: { "x-forwarded-for": `198.51.100.${Math.floor(performance.now()) % 250}` },
      });
      const answer = (last = (await answered.json()) as Answer);
      if (wanted(answer)) return { answer, seconds: secondsSince(since) };
    } catch (error) {
      last = error;
    }
    await sleep(200);
  }
  throw new Error(
    `Not within ${longestWaitMs / 1000} s; last: ${JSON.stringify(last)?.slice(0, 300)}`,
  );
}
const longestWaitMs = 90_000;

export const secondsSince = (since: number): number =>
  Math.round((performance.now() - since) / 100) / 10;
