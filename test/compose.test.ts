import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { inspectSettings, namesOf, type SettingKey, settings } from "../server/config.ts";
import { readStages } from "./dockerfile.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

const service = z.object({
  image: z.string().optional(),
  build: z.string().optional(),
  user: z.string().optional(),
  env_file: z
    .array(z.object({ path: z.string(), required: z.boolean().default(true) }))
    .default([]),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()),
  tmpfs: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  read_only: z.literal(true),
  cap_drop: z.array(z.string()).default([]),
  restart: z.string().optional(),
  stop_grace_period: z.string().optional(),
  mem_limit: z.string().optional(),
});
const { name, services, volumes, networks } = z
  .object({
    name: z.string(),
    services: z.object({ keys: service, meilisearch: service, server: service }),
    volumes: z.record(z.string(), z.unknown()),
    networks: z.object({
      default: z.object({ ipam: z.object({ config: z.array(z.object({ subnet: z.string() })) }) }),
    }),
  })
  .parse(parse(read("docker-compose.yml")));

/** The lines `NAME=value` of a file of settings. */
const linesOf = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, key = "", value = ""]) => [key, value]));
/** What Compose puts for `${NAME:-otherwise}` where NAME is not set. */
const unset = (value: string): string => value.replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1");
const given = linesOf(unset(read("docker.env")));

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
  const known = (Object.keys(settings) as SettingKey[]).flatMap(namesOf);
  const names = [...given.keys()].map((key) => key.replace(/_FILE$/, ""));
  expect(names.filter((key) => !known.includes(key))).toEqual([]);
  expect(given.get("BACKSCROLL_ENGINE")).toBe("meilisearch");
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

test("one image is built, once, and no service of it leaves a nameless volume behind", () => {
  const ours = [services.keys, services.server];
  expect(new Set(ours.map(({ image }) => image))).toEqual(new Set(["backscroll"]));
  expect(ours.filter(({ build }) => build !== undefined)).toHaveLength(1);
  const [, kept] = /^VOLUME (\S+)$/m.exec(readStages(root).at(-1)!.text) ?? [];
  expect(kept).toBe("/data");
  for (const { volumes: mounted, tmpfs } of ours)
    expect([...mounted.map((volume) => volume.split(":")[1]), ...tmpfs]).toContain(kept);
});

test("whoever comes through this machine is told apart: the proxies believed are the network of the compose file", () => {
  const [config] = networks.default.ipam.config;
  const inImage = { BACKSCROLL_PROXIES: unset(given.get("BACKSCROLL_PROXIES") ?? "") };
  expect(inImage.BACKSCROLL_PROXIES).toBe(unset(config!.subnet));
  const believed = (own: Readonly<Record<string, string>>) => {
    const { bad, config: read } = inspectSettings({}, { ...inImage, ...own });
    return [...bad, ...read.trustedProxies];
  };
  expect(believed({})).toEqual(["10.213.84.0/28"]);
  // A line in backscroll.env wins, by the name of today and by the one of before.
  expect(believed({ BACKSCROLL_TRUSTED_PROXIES: "192.0.2.1" })).toEqual(["192.0.2.1"]);
  expect(believed({ BACKSCROLL_TRUSTED_PROXIES: "" })).toEqual([]);
  expect(believed({ BACKSCROLL_PROXIES: "192.0.2.2" })).toEqual(["192.0.2.2"]);
});

test("settings come from backscroll.env, where there is one, and a line there wins", () => {
  expect(services.server.environment).toEqual({});
  expect(services.server.env_file).toEqual([
    { path: "docker.env", required: true },
    { path: "backscroll.env", required: false },
  ]);
  for (const file of [".gitignore", ".dockerignore"])
    expect(read(file).split("\n")).toContain(
      file === ".gitignore" ? "/backscroll.env" : "backscroll.env",
    );
});

test("backscroll.env.example has every setting as it is in the container; `vitest -u` writes it anew", async () => {
  const example = exampleOfSettings();
  await expect(example).toMatchFileSnapshot(join(root, "backscroll.env.example"));
  const lines = linesOf(example.replaceAll(/^#(?=\w+=)/gm, ""));
  const names = [...lines.keys()].map((key) => key.replace(/^(MEILI_MASTER_KEY)_FILE$/, "$1"));
  expect(names).toEqual(Object.values(settings).map((setting) => setting.name));
  expect(
    inspectSettings({}, Object.fromEntries([...lines].filter(([key]) => !key.endsWith("_FILE"))))
      .bad,
  ).toEqual([]);
});

function exampleOfSettings(): string {
  const [, env = ""] = /^ENV (.+)$/m.exec(readStages(root).at(-1)!.text) ?? [];
  const inContainer = new Map([...linesOf(env.replaceAll(" ", "\n")), ...given]);
  const all = (Object.keys(settings) as SettingKey[]).map((which) => {
    const setting = settings[which];
    const file = `${setting.name}_FILE`;
    const key = inContainer.has(file) ? file : setting.name;
    const value = [key, ...namesOf(which)]
      .map((name) => inContainer.get(name))
      .find((one) => one !== undefined);
    return `# ${setting.help}\n#${key}=${value ?? setting.default}\n`;
  });
  return `${exampleHead}\n${all.join("\n")}`;
}

const exampleHead = `# Settings of the server that docker-compose.yml starts. Copy this file to backscroll.env, take away the # before the lines
# you need, and run \`docker compose up -d\`. What stands here is what holds without them. Put a value that has a $ between
# single quotes. NAME_FILE reads a value from a file that the container sees.
`;

test("the volume that an upgrade of Meilisearch removes has the name that the documents say", () => {
  expect(Object.keys(volumes)).toContain("meilisearch");
  expect(read("docs/search-engines.md")).toContain(`docker volume rm ${name}_meilisearch`);
  const users = Object.entries(services)
    .filter(([, service]) => service.volumes.some((volume) => volume.startsWith("meilisearch:")))
    .map(([user]) => user);
  expect(read("docs/search-engines.md")).toContain(
    `docker compose rm --stop --force ${users.toReversed().join(" ")}`,
  );
});
