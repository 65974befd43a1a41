import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { makeTruth } from "../demo/make-truth.ts";
import { startStandIn } from "../demo/stand-in.ts";
import { installChromium } from "../scraper/reading/install-chromium.ts";
import { proxyFor } from "../scraper/reading/proxies.ts";
import { readConfig } from "../server/config.ts";
import { Archive } from "../server/archive/archive.ts";
import { backscroll, emptyFolder } from "./help.ts";
import { receiver } from "./server/jobs/receiver.ts";
import {
  type debians,
  isInstalled,
  proxyExit,
  proxyPassword,
  startDebians,
  startProxy,
  type TestProxy,
  testCertificate,
  testTls,
} from "./test-proxies.ts";
import { chromiumPath } from "./web/launch-browser.ts";
import { series } from "./whole.ts";

/** A channel of nine posts, two of them pictures, at a source whose name only a proxy knows. */
async function bench({ tls = false, name = "t-me.test" } = {}) {
  const channel = "with_files";
  const truth = makeTruth({ posts: 9, channel, kinds: ["photo", "english", "file"], gaps: 0 });
  const asked: { readonly by: string; readonly path: string; readonly browser: boolean }[] = [];
  const standIn = await startStandIn({
    channels: [truth],
    ownMedia: true,
    ...(tls && { tls: testTls }),
    onRequest: ({ socket, url = "", headers }) =>
      asked.push({
        by: socket.remoteAddress ?? "",
        path: url.replace(/[?/].*$/, "") || url.split("/")[1] || "",
        browser: (headers["user-agent"] ?? "").includes("Chrome/"),
      }),
  });
  onTestFinished(async () => standIn.close());
  const source = standIn.origin.replace("127.0.0.1", name);
  const env = {
    BACKSCROLL_DATA: emptyFolder(),
    BACKSCROLL_SOURCE: source,
    BACKSCROLL_MEDIA: "photo",
    BACKSCROLL_CHROMIUM: trusting(chromiumPath()),
    NODE_EXTRA_CA_CERTS: testCertificate,
  };
  return { channel, env, asked, host: new URL(source).host };
}

type Bench = Awaited<ReturnType<typeof bench>>;

/** A Chromium that takes the test's certificate, for which it reads no variable, and leaves word of what it was started with. */
function trusting(chromium: string): string {
  const file = join(emptyFolder(), "chromium");
  const lines = [
    "#!/bin/sh",
    'echo "$@" >"$0.arguments"',
    `exec "${chromium}" "$@" --ignore-certificate-errors`,
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  chmodSync(file, 0o755);
  return file;
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** One run that reads pages and files, and one of a browser: what came, who asked, and what the proxy led to. */
async function twoRuns(
  { channel, env, asked, host }: Awaited<ReturnType<typeof bench>>,
  proxy: TestProxy,
) {
  const run = async (...flags: string[]) =>
    backscroll(["archive", channel, ...flags], {
      env: { ...env, BACKSCROLL_PROXY: proxy.address },
    });
  const plain = await run();
  const plainly = proxy.led().length;
  const browser = await run("--browser", "--full");
  await using archive = await Archive.open(join(env.BACKSCROLL_DATA, "archive.db"));
  return {
    said: plain.said + browser.said,
    table: {
      codes: [plain.code, browser.code],
      posts: (await archive.state()).posts,
      files: (await archive.media.count(channel)).kept,
      pages: asked.filter(({ path, browser: by }) => path === "s" && !by).length > 0,
      media: asked.filter(({ path }) => path === "file").length,
      browser: asked.filter(({ browser: by }) => by).length > 0,
      pastTheProxy: asked.filter(({ by }) => by !== proxyExit).length,
      ledElsewhere: proxy.led().filter((one) => one !== host),
      ledForBoth: plainly > 0 && proxy.led().length > plainly,
      browserProxy: /(?<=--proxy-server=)\S+/
        .exec(readFileSync(`${env.BACKSCROLL_CHROMIUM}.arguments`, "utf8"))?.[0]
        .replace(`:${proxy.port}`, ":the-proxy"),
    },
  };
}

const allThroughIt = {
  codes: [0, 0],
  posts: 9,
  files: 2,
  pages: true,
  media: 2,
  browser: true,
  pastTheProxy: 0,
  ledElsewhere: [],
  ledForBoth: true,
  // A relay of ours, so no password is among its arguments.
  browserProxy: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
};

describe("pages, files and the browser go through a proxy and none past it, names are looked up there:", () => {
  const kinds = [
    { kind: "http", wantsLogin: true, tls: true },
    { kind: "http", wantsLogin: false, tls: false },
    { kind: "https", wantsLogin: true, tls: true },
    { kind: "socks5", wantsLogin: true, tls: true },
    { kind: "socks5", wantsLogin: false, tls: false },
  ] as const;
  test.for(series(kinds, ({ kind, tls }) => kind !== "https" && tls))(
    "$kind, login $wantsLogin, source with TLS $tls",
    { timeout: 120_000 },
    async ({ kind, wantsLogin, tls }) => {
      const proxy = await startProxy(kind, { wantsLogin });
      const { table, said } = await twoRuns(await bench({ tls }), proxy);
      expect([said, table]).toEqual([expect.any(String), allThroughIt]);
    },
  );

  const debian = ["tinyproxy", "danted"] satisfies (keyof typeof debians)[];
  test.for(series(debian, (name) => name === "tinyproxy"))(
    "Debian's %s",
    { timeout: 120_000 },
    async (name, { skip }) => {
      skip(!isInstalled(name), `${name} is not installed`);
      const proxy = await startDebians(name);
      const { table, said } = await twoRuns(await bench({ name: "localhost" }), proxy);
      expect([said, table]).toEqual([expect.any(String), allThroughIt]);
    },
  );
});

/** One run of pages alone, with these variables. */
async function read({ channel, env, asked }: Bench, more: Readonly<Record<string, string>>) {
  const before = asked.length;
  const options = { env: { ...env, BACKSCROLL_MEDIA: "off", ...more } };
  const { code, said } = await backscroll(["archive", channel], options);
  const by = new Set(asked.slice(before).map((one) => (one.by === proxyExit ? "proxy" : "itself")));
  return { code, said, by: [...by].join(" and ") };
}

test(
  "`browser install` downloads through a proxy of any kind and not past it, whatever NO_PROXY says",
  { timeout: 120_000 },
  async () => {
    const by: (string | undefined)[] = [];
    const downloads = createServer(testTls, ({ socket }, response) => {
      by.push(socket.remoteAddress);
      response.writeHead(404).end();
    });
    const port = await listening(downloads);
    const proxy = await startProxy("socks5", { wantsLogin: true });
    // A system without a browser, whose apt-get leaves word of how it would ask, and brings one.
    const system = emptyFolder();
    const apt = [
      "#!/bin/sh",
      'cd "$(dirname "$0")"',
      'echo "$http_proxy $no_proxy|" >asked',
      "cp apt-get chromium",
    ];
    writeFileSync(join(system, "apt-get"), `${apt.join("\n")}\n`, { mode: 0o755 });
    // Playwright looks for its own in the folder that this variable names.
    const browsers = emptyFolder();
    vi.stubEnv("PLAYWRIGHT_BROWSERS_PATH", browsers);
    onTestFinished(() => void vi.unstubAllEnvs());

    const asked = join(system, "asked");
    const installed = await installChromium(undefined, {
      proxy: proxy.address,
      environment: {
        PATH: process.env["PATH"],
        HOME: emptyFolder(),
        PLAYWRIGHT_BROWSERS_PATH: browsers,
        PLAYWRIGHT_DOWNLOAD_HOST: `https://t-me.test:${port}`,
        NODE_EXTRA_CA_CERTS: testCertificate,
        NO_PROXY: "*",
        no_proxy: "*",
      },
      searchPath: system,
    }).catch(({ name }: Error) => name);
    const ways = existsSync(asked) ? readFileSync(asked, "utf8") : "";
    // Only root may ask apt-get for one.
    const [outcome, way] =
      process.getuid?.() === 0
        ? [
            { path: join(system, "chromium"), installed: true },
            /^http:\/\/\w+:\w+@127\.0\.0\.1:\d+ \|\n$/,
          ]
        : ["UsageError", /^$/];
    expect(installed).toEqual(outcome);
    expect(ways).toMatch(way);
    expect(new Set(by)).toEqual(new Set([proxyExit]));
    expect(new Set(proxy.led())).toEqual(new Set([`t-me.test:${port}`]));
  },
);

describe("which proxy is asked through", () => {
  test("the usual variables count for their scheme, in capitals or not, and not for what NO_PROXY names nor for this machine", async () => {
    const there = await startProxy("http");
    const nowhere = "http://127.0.0.1:9";
    const plain = await bench();
    const tls = await bench({ tls: true });
    const here = await bench({ name: "127.0.0.1" });
    const table: readonly (readonly [typeof plain, Readonly<Record<string, string>>, string])[] = [
      [plain, { HTTP_PROXY: there.address, HTTPS_PROXY: nowhere }, "0 proxy"],
      [plain, { http_proxy: `127.0.0.1:${there.port}` }, "0 proxy"],
      [tls, { HTTPS_PROXY: there.address, HTTP_PROXY: nowhere }, "0 proxy"],
      [tls, { ALL_PROXY: there.address }, "0 proxy"],
      [tls, { ALL_PROXY: nowhere, https_proxy: there.address }, "0 proxy"],
      [tls, { BACKSCROLL_PROXY: there.address, HTTPS_PROXY: nowhere, NO_PROXY: "*" }, "0 proxy"],
      [here, { ALL_PROXY: nowhere }, "0 itself"],
      [here, { BACKSCROLL_PROXY: there.address }, "0 proxy"],
    ];
    for (const [at, variables, expected] of table) {
      const { code, by } = await read(at, variables);
      expect([variables, `${code} ${by}`]).toEqual([variables, expected]);
    }
    const excepted = { ...plain.env, HTTP_PROXY: there.address, NO_PROXY: "example.org,.test" };
    const { out } = await backscroll(["doctor"], { env: excepted });
    expect(out).toContain("ok       proxy: none: the source is asked directly");
    // One that cannot be used is not passed by.
    for (const misspelt of ["ftp://user:word@127.0.0.1:1", "http://user:word@"]) {
      const asked = plain.asked.length;
      const doctor = await backscroll(["doctor", "--online"], {
        env: { ...plain.env, BACKSCROLL_PROXY: misspelt },
      });
      expect(doctor.code).toBe(2);
      expect(doctor.out).toContain("note     proxy: A setting is not usable");
      expect(doctor.out).not.toContain("directly");
      expect([misspelt, plain.asked.length - asked]).toEqual([misspelt, 0]);
    }
  }, 180_000);

  test.each([
    ["http://t-me.test:81/", "*", false],
    ["http://t-me.test:81/", "t-me.test", false],
    ["http://t-me.test:81/", "T-ME.test:81", false],
    ["http://t-me.test:81/", "t-me.test:80", true],
    ["https://t-me.test/", "t-me.test:443", false],
    ["https://sub.t-me.test/", "t-me.test", false],
    ["https://sub.t-me.test/", ".t-me.test", false],
    ["https://sub.t-me.test/", "*.t-me.test", false],
    ["https://at-me.test/", "t-me.test", true],
    ["https://t-me.test.", "t-me.test", false],
    ["https://10.1.2.3/", "10.0.0.0/8", false],
    ["https://11.1.2.3/", "10.0.0.0/8", true],
    ["https://10.1.2.3/", "10.1.2.3", false],
    ["https://110.1.2.3/", "10.1.2.3", true],
    ["https://[fd00::1]/", "fd00::/8", false],
    ["https://[fd00::1]:81/", "[fd00::1]:81", false],
    ["https://[fe00::1]/", "fd00::/8", true],
    ["https://10.1.2.3/", "10.0.0.0/99, ::: , 10.0.0.0/", true],
    ["https://localhost/", "", false],
    ["https://127.0.0.5/", "", false],
    ["https://[::1]/", "", false],
  ])("%s with NO_PROXY=%s: through it is %s", (url, except, isThrough) => {
    const { noProxy } = readConfig({}, { NO_PROXY: except });
    const found = proxyFor(new URL(url), { allProxy: "http://proxy.test", noProxy });
    expect(found !== undefined).toBe(isThrough);
  });

  test.each([
    ["http://proxy.test", "http://proxy.test"],
    ["https://user:pass@proxy.test:8443/", "https://user:pass@proxy.test:8443"],
    ["socks5://proxy.test", "socks5://proxy.test:1080"],
    ["socks5h://u%40b:p%3A%2F@proxy.test:9050", "socks5://u%40b:p%3A%2F@proxy.test:9050"],
    ["proxy.test:3128", "http://proxy.test:3128"],
  ])("BACKSCROLL_PROXY=%s is %s", (value, expected) => {
    expect(readConfig({}, { BACKSCROLL_PROXY: value }).proxy).toBe(expected);
  });

  test.each([
    "socks4://proxy.test:1080",
    "ftp://proxy.test",
    "http://proxy.test/path",
    "http://proxy.test?x=1",
    "no proxy",
    "socks5://user:1000000%zz@proxy.test",
    `socks5://user:${"a".repeat(256)}@proxy.test`,
    "http://one%3Atwo:secretword@proxy.test",
  ])("BACKSCROLL_PROXY=%s is refused in a sentence that does not show it", async (value) => {
    const { code, said, out } = await backscroll(["channels"], {
      env: { BACKSCROLL_PROXY: value },
    });
    expect([code, out]).toEqual([2, ""]);
    expect(said).toMatch(/^BACKSCROLL_PROXY is not usable\. [A-Z][^]+\.\n$/);
    expect(said).not.toContain(value);
  });
});

describe("a proxy that does not lead on is named, with what fails and no password:", () => {
  const cases = {
    "that refuses the password": {
      env: async () =>
        (await startProxy("http", { wantsLogin: true })).address.replace("%3A", "%3B"),
      said: /The proxy http:\/\/127\.0\.0\.1:\d+ does not lead on: it refuses user and password\./,
    },
    "of SOCKS5 that refuses the password": {
      env: async () =>
        (await startProxy("socks5", { wantsLogin: true })).address.replace("%3A", "%3B"),
      said: /The proxy socks5:\/\/127\.0\.0\.1:\d+ does not lead on: it refuses user and password\./,
    },
    "that is not there": {
      env: async () => `http://user:${encodeURIComponent(proxyPassword)}@127.0.0.1:9`,
      said: /The proxy http:\/\/127\.0\.0\.1:9 does not lead on: nobody listens there\./,
    },
    "of SOCKS5 that is not there": {
      env: async () => `socks5://user:${encodeURIComponent(proxyPassword)}@127.0.0.1:9`,
      said: /The proxy socks5:\/\/127\.0\.0\.1:9 does not lead on: .*ECONNREFUSED/,
    },
    "whose name is not known": {
      env: async () => `http://user:${encodeURIComponent(proxyPassword)}@proxy.test:9`,
      said: /The proxy http:\/\/proxy\.test:9 does not lead on: its name is not known\./,
    },
  };
  const told = series(Object.entries(cases), ([name]) => !name.startsWith("of SOCKS5"));
  test.for(told)("one %s", { timeout: 120_000 }, async ([, { env, said }]) => {
    const { env: own } = await bench({ tls: true });
    const options = { env: { ...own, BACKSCROLL_PROXY: await env() } };
    const doctor = await backscroll(["doctor", "--online"], options);
    expect(doctor.out).toMatch(new RegExp(`problem {2}proxy: ${said.source}`));
    expect(doctor.code).toBe(1);
    const words = doctor.out + doctor.said;
    for (const secret of [proxyPassword, encodeURIComponent(proxyPassword)])
      expect(words).not.toContain(secret);
  });
});

/** Saves a search with a webhook, has it tested, and returns what became of the message. */
async function follow(site: string, url: string) {
  const path = `${site}/api/v1/saved-searches`;
  const saved = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Watch", query: "symmetry", url }),
  });
  const { id } = (await saved.json()) as { readonly id: string };
  expect(saved.status).toBe(201);
  await fetch(`${path}/${id}/test`, { method: "POST" });
  for (;;) {
    const { deliveries } = (await (await fetch(`${path}/${id}`)).json()) as {
      readonly deliveries: readonly { readonly state: string; readonly answer?: string }[];
    };
    const [{ state, answer = "" } = { state: "none" }] = deliveries;
    if (state !== "none" && answer !== "") return `${state}: ${answer}`;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What becomes of one message to `url`, sent by a server with these variables, and who brought it. */
async function send(url: string, variables: Readonly<Record<string, string>>) {
  let told: unknown;
  const { code } = await backscroll(["serve"], {
    env: { BACKSCROLL_DATA: emptyFolder(), BACKSCROLL_PORT: "0", ...variables },
    started: (child) => {
      child.stderr?.on("data", (text: string) => {
        const [, site] = /Serving (http:\S+)/.exec(text) ?? [];
        if (site === undefined) return;
        void follow(site, url)
          .then((delivery) => (told = delivery))
          .finally(() => child.kill("SIGTERM"));
      });
    },
  });
  expect(code).toBe(0);
  return told;
}

describe("webhooks", () => {
  const name = "receiver.backscroll.dev";

  test("go through BACKSCROLL_PROXY alone, but for hosts within the network", async () => {
    const by: (string | undefined)[] = [];
    const there = await receiver((response, _, { socket }) => {
      by.push(socket.remoteAddress);
      response.writeHead(204).end();
    });
    const [, port] = there.host.split(":");
    const proxy = await startProxy("socks5", { wantsLogin: true });
    const own = { BACKSCROLL_PROXY: proxy.address };
    const inside = { BACKSCROLL_WEBHOOK_INSIDE: `localhost:${port}` };
    const table: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
      [`http://${name}:${port}/hook`, own, "sent: Answered 204."],
      [`http://localhost:${port}/hook`, { ...own, ...inside }, "sent: Answered 204."],
    ];
    for (const [url, variables, expected] of table)
      expect([url, await send(url, variables)]).toEqual([url, expected]);
    expect(by).toEqual([proxyExit, "127.0.0.1"]);
    expect(proxy.led()).toEqual([`${name}:${port}`]);
    // The usual variables speak of what this machine reads.
    const usual = { HTTP_PROXY: proxy.address, ALL_PROXY: proxy.address };
    expect(await send("http://nobody.test:8080/hook", usual)).toMatch(/^waiting: .*nobody\.test/);
    expect(proxy.led()).toHaveLength(1);
  }, 120_000);
});
