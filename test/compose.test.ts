import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { settings } from "../server/config.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

const service = z.object({
  image: z.string().optional(),
  build: z.string().optional(),
  user: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()),
  command: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  read_only: z.literal(true),
  cap_drop: z.array(z.string()).default([]),
  restart: z.string().optional(),
  stop_grace_period: z.string().optional(),
  mem_limit: z.string().optional(),
});
const { services, volumes } = z
  .object({
    services: z.object({ keys: service, meilisearch: service, server: service }),
    volumes: z.record(z.string(), z.unknown()),
  })
  .parse(parse(read("docker-compose.yml")));

test("everything that stays up is read-only, without capabilities, bounded, restarted, and given time to end", () => {
  for (const stays of [services.meilisearch, services.server])
    expect(stays).toMatchObject({
      cap_drop: ["ALL"],
      restart: "unless-stopped",
      stop_grace_period: expect.any(String),
      mem_limit: expect.any(String),
    });
});

test("the server is given settings that exist, searches with Meilisearch, and is reached from this machine alone", () => {
  const known = Object.values(settings).map(({ name }) => name);
  const given = Object.keys(services.server.environment).map((name) => name.replace(/_FILE$/, ""));
  expect(given.filter((name) => !known.includes(name as never))).toEqual([]);
  expect(services.server.environment).toMatchObject({ BACKSCROLL_ENGINE: "meilisearch" });
  expect(services.server.ports).toEqual(["127.0.0.1:8080:8080"]);
});

test("every volume that is mounted is declared, and every service waited for exists", () => {
  for (const { volumes: mounted, depends_on } of Object.values(services)) {
    for (const volume of mounted) expect(Object.keys(volumes)).toContain(volume.split(":")[0]);
    for (const name of Object.keys(depends_on)) expect(Object.keys(services)).toContain(name);
  }
});

test("the version of Meilisearch is the one its adapter and the documents name", () => {
  const [, version] = /:v(\d+\.\d+)\.\d+$/.exec(services.meilisearch.image ?? "") ?? [];
  expect(read("server/search/engines/meilisearch/writer.ts")).toContain(`madeFor = "${version}"`);
  expect(read("docs/search-engines.md")).toContain(
    `(https://www.meilisearch.com) ${version} or a later 1.x`,
  );
});

test("the keys are made once, each file readable by its owner alone, and are the same key", () => {
  const folder = mkdtempSync(join(tmpdir(), "compose-keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = services.keys.command
    .join("")
    .replaceAll("$$", () => "$")
    .replaceAll('"/keys', `"${folder}`)
    .replaceAll('"/meili_data', `"${folder}`)
    .replace("const owner = 1000", `const owner = ${process.getuid?.()}`);
  const run = (): string => {
    execFileSync(process.execPath, ["--input-type=module", "--eval", program]);
    return readFileSync(join(folder, "master-key"), "utf8");
  };
  const key = run();
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(readFileSync(join(folder, "meilisearch.toml"), "utf8")).toBe(`master_key = "${key}"\n`);
  for (const name of ["master-key", "meilisearch.toml"])
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o400);
  expect(run()).toBe(key);
});
