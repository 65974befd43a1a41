import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { emptyFolder } from "../../help.ts";

const program = join(import.meta.dirname, "../../../server/main.ts");
const letters = "Canary0123456789Canary0123456789Canary01234";

/** A server as a person starts it, in a process of its own, once it says where it serves. */
async function serve(data: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [program, "serve"], {
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      BACKSCROLL_DATA: data,
      BACKSCROLL_PORT: "0",
      ...env,
    },
  });
  const output = { out: "", said: "" };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.said += text;
    const [, port] = /^Serving http:\/\/[^:]+:(\d+)$/m.exec(output.said) ?? [];
    if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
  });
  const ended = once(child, "close");
  void ended.then(() => reject(new Error(`It ended without serving: ${output.said}`)));
  const stop = async (): Promise<typeof output> => {
    child.kill("SIGTERM");
    await ended;
    return output;
  };
  onTestFinished(async () => void (await stop()));
  return { site: await promise, stop, output };
}
const anywhere = { BACKSCROLL_HOST: "0.0.0.0" };
const keys = async (site: string, headers: Record<string, string> = {}) =>
  (await fetch(`${site}/api/v1/keys`, { headers })).status;
const bytesIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1"))
    .join("");

describe("on a public address", () => {
  test("the first start makes the admin key and prints it once; it is kept as a hash, and no other start makes one", async () => {
    const data = emptyFolder();
    const first = await serve(data, anywhere);
    const [key = "", ...more] = first.output.out.match(/bs_\w+/g) ?? [];
    expect([key.length, more]).toEqual([46, []]);
    expect(await keys(first.site)).toBe(401);
    expect(await keys(first.site, { Authorization: `Bearer ${key}` })).toBe(200);
    const { said } = await first.stop();
    expect(said).not.toContain(key);
    expect(bytesIn(data)).not.toContain(key.slice(3));
    const second = await serve(data, anywhere);
    expect(await keys(second.site, { Authorization: `Bearer ${key}` })).toBe(200);
    const { out, said: words } = await second.stop();
    expect(out + words).not.toMatch(/bs_\w+/);
  });

  test("the server reads no setting of alerts that it could not keep", async () => {
    const hook = { BACKSCROLL_ALERT_WEBHOOK: "https://hooks.example/Canary1" };
    await expect(serve(emptyFolder(), hook)).rejects.toThrow("needs BACKSCROLL_ALERT_WEBHOOK_SEC");
    const inside = { ...hook, BACKSCROLL_ALERT_WEBHOOK: "http://127.0.0.1:9/Canary2" };
    const refused = serve(emptyFolder(), { ...inside, BACKSCROLL_ALERT_WEBHOOK_SECRET: letters });
    await expect(refused).rejects.toThrow("BACKSCROLL_ALERT_WEBHOOK cannot be used");
    await expect(refused).rejects.not.toThrow(/Canary\d/);
  });
});

test("on a loopback address no key is made", async () => {
  const { stop } = await serve(emptyFolder());
  const { out } = await stop();
  expect(out).toBe("");
});

test("no secret and nothing that was searched for is in any line that a server writes", async () => {
  const data = emptyFolder();
  const secrets = {
    bearer: `bs_${letters}`,
    entered: `bs_${letters.replaceAll("Canary", "Linnet")}`,
    cookie: letters.replaceAll("Canary", "Finch0"),
    master: letters.replaceAll("Canary", "Martin"),
    hook: letters.replaceAll("Canary", "Kestrel"),
    signing: letters.replaceAll("Canary", "Wren00"),
    searched: "nightjar",
    parameter: `bs_${letters.replaceAll("Canary", "Avocet")}`,
  };
  const { site, stop, output } = await serve(data, {
    ...anywhere,
    BACKSCROLL_LOG: "debug",
    MEILI_MASTER_KEY: secrets.master,
    BACKSCROLL_ALERT_WEBHOOK: `https://127.0.0.1:9/${secrets.hook}`,
    BACKSCROLL_ALERT_WEBHOOK_SECRET: secrets.signing,
    BACKSCROLL_WEBHOOK_INSIDE: "127.0.0.1:9",
  });
  const [admin = ""] = /bs_\w+/.exec(output.out) ?? [];
  const made: string[] = [];
  const ask = async (path: string, init: RequestInit = {}): Promise<void> => {
    const answer = await fetch(`${site}${path}`, { redirect: "manual", ...init });
    const body = await answer.text();
    made.push(...(body.match(/\b(bs_|whsec_)[\w+/=]{20,}/g) ?? []));
    made.push(...answer.headers.getSetCookie().map((line) => /=([^;]*)/.exec(line)?.[1] ?? ""));
  };
  const asAdmin = { Authorization: `Bearer ${admin}`, "Content-Type": "application/json" };
  const form = { "Content-Type": "application/x-www-form-urlencoded", Origin: site };
  await ask(`/api/v1/search?q=${secrets.searched}`, {
    headers: { Authorization: `Bearer ${secrets.bearer}` },
  });
  await ask(`/?q=${secrets.searched}`, { headers: { Cookie: `backscroll=${secrets.cookie}` } });
  await ask(`/widget/frame?key=${secrets.parameter}&q=${secrets.searched}`);
  await ask(`/nothing/${secrets.parameter}`);
  for (const key of [secrets.entered, admin])
    await ask("/enter", { method: "POST", headers: form, body: `key=${key}` });
  const grant = JSON.stringify({ scopes: ["search"] });
  await ask("/api/v1/keys", { method: "POST", headers: asAdmin, body: grant });
  const saved = { name: "Birds", query: secrets.searched, url: "https://127.0.0.1:9/" };
  await ask("/api/v1/saved-searches", {
    method: "POST",
    headers: asAdmin,
    body: JSON.stringify(saved),
  });
  await ask("/metrics", { headers: asAdmin });
  const { out, said } = await stop();
  const written = out.replace(admin, "") + said;
  const wanted = [...Object.values(secrets), admin, ...made.filter((one) => one.length > 8)];
  expect(made.length).toBeGreaterThanOrEqual(3);
  expect(said.split("\n").filter((line) => line.includes('"answered"')).length).toBeGreaterThan(8);
  expect(wanted.filter((secret) => written.includes(secret))).toEqual([]);
});

test("each line of the log is one JSON object, and a request is named in it as in its answer", async () => {
  const { site, stop } = await serve(emptyFolder());
  const named = await fetch(`${site}/api/v1/search?q=x`, { headers: { "X-Request-Id": "abc-1" } });
  expect(named.headers.get("x-request-id")).toBe("abc-1");
  const forged = await fetch(`${site}/channels`, { headers: { "X-Request-Id": 'a" b\u00e9' } });
  const own = forged.headers.get("x-request-id") ?? "";
  expect(own).toMatch(/^[0-9a-f-]{36}$/);
  await fetch(`${site}/health`);
  const { said } = await stop();
  const lines = said
    .split("\n")
    .filter((line) => line !== "" && !/^(Serving|Everything is kept in) /.test(line))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(lines).toMatchObject([
    { level: "info", requestId: "abc-1", route: "/api/v1/search", status: 200 },
    { level: "info", requestId: own, route: "/channels", status: 200 },
  ]);
});
