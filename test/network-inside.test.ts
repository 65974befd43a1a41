import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { Duplex } from "node:stream";
import { expect, test } from "vitest";
import { UsageError } from "../scraper/errors.ts";
import { openRoutes } from "../scraper/reading/proxy-relay.ts";
import { readConfig } from "../server/config.ts";
import { openReader } from "../server/wiring/open-reader.ts";
import { emptyFolder } from "./help.ts";
import { startProxy } from "./test-proxies.ts";
import { Gates } from "../scraper/reading/gates.ts";
import { mediaSource } from "../scraper/reading/media-source.ts";
import { publicFetch } from "../scraper/reading/public-fetch.ts";
import type { ClaimedDelivery, TryResult } from "../server/archive/outgoing/deliveries.ts";
import { sendDue } from "../server/jobs/send-messages.ts";
import { insideNames, insideSpellings, publicAddress, resolver, startCanary } from "./inside.ts";
import { serve } from "./scraper/help.ts";

const everyHost = [...insideSpellings, ...Object.keys(insideNames)];
const timeoutMs = 2_000;

/** Sends these addresses on: `/3` answers with a redirect to the third. */
async function sendingOn(addresses: readonly string[]) {
  return serve((request, response) => {
    const to = addresses[Number(/\d+$/.exec(request.url ?? "")?.[0])] ?? "";
    const ascii = to.replaceAll(/[^\t\x21-\x7e]/gu, encodeURIComponent);
    response.writeHead(302, { location: ascii }).end();
  });
}

test("there are a hundred ways to write an address inside the network", () => {
  expect(new Set(insideSpellings).size).toBe(insideSpellings.length);
  expect(insideSpellings.length).toBeGreaterThanOrEqual(100);
});

test("none of them is asked, nor one that a redirect names, nor a name that stands for one", async () => {
  const canary = await startCanary();
  const addresses = everyHost.map((host) => `http://${host}:${canary.port}/`);
  await using moved = await sendingOn(addresses);
  const insideHosts = [new URL(moved.origin).host];
  const resolve = resolver();
  for (const [place, address] of addresses.entries()) {
    const [plain, redirected] = await Promise.allSettled([
      publicFetch(address, { timeoutMs, resolve }),
      publicFetch(`${moved.origin}/${place}`, { timeoutMs, resolve, insideHosts, maxRedirects: 3 }),
    ]);
    expect([address, plain.status, redirected.status]).toEqual([address, "rejected", "rejected"]);
  }
  expect(canary.reached()).toBe(0);
  await fetch(`http://127.0.0.1:${canary.port}/`);
  expect(canary.reached()).toBe(1);
});

test("through a proxy, which looks names up itself, none of them is asked, whoever names it", async () => {
  const proxy = await startProxy("socks5");
  await using routes = openRoutes({ proxy: proxy.address });
  const { relayFor } = routes;
  const more = ["printer", "files.lan", "nas.local", "metadata.google.internal", "x.home.arpa"];
  const numbers = ["8.8.8.8", "[2606:4700::1111]", "134744072", "1.1"];
  const tooLong = `${"a.".repeat(130)}org`;
  for (const host of [...insideSpellings, ...more, ...numbers, tooLong]) {
    const asked = publicFetch(`http://${host}:8080/`, { timeoutMs, relayFor });
    expect([host, await asked.catch((error: unknown) => error)]).toEqual([
      host,
      expect.any(UsageError),
    ]);
  }
  expect(proxy.led()).toEqual([]);
  await using there = await serve((_, response) => response.end("here"));
  const { port } = new URL(there.origin);
  const { status } = await publicFetch(`http://receiver.backscroll.dev:${port}/`, { relayFor });
  expect([status, proxy.led()]).toEqual([200, [`receiver.backscroll.dev:${port}`]]);
});

test("what leads through a proxy leads to nobody but Telegram and the source, whoever asks it", async () => {
  const proxy = await startProxy("http");
  const environment = {
    BACKSCROLL_DATA: emptyFolder(),
    BACKSCROLL_SOURCE: "http://t-me.test:81",
    BACKSCROLL_PROXY: proxy.address,
  };
  await using reader = await openReader(readConfig({}, environment));
  const relay = (await reader.relayFor(new URL("http://t-me.test:81")))!;
  const status = async (path: string, password = relay.password): Promise<number | undefined> => {
    const login = Buffer.from(`${relay.username}:${password}`).toString("base64");
    const headers = { "proxy-authorization": `Basic ${login}` };
    const asked = request(relay.server, { method: "CONNECT", path, headers, agent: false }).end();
    const [answer, socket] = (await once(asked, "connect")) as [IncomingMessage, Duplex];
    socket.destroy();
    return answer.statusCode;
  };
  const refused = ["google.com:443", "127.0.0.1:81", "t-me.test:82", "localhost:81", "[::1]:81"];
  for (const path of refused) expect([path, await status(path)]).toEqual([path, 403]);
  expect(await status("t-me.test:81", "another")).toBe(407);
  expect(proxy.led()).toEqual([]);
  await status("t-me.test:81");
  await status("cdn4.telesco.pe:443");
  expect(proxy.led()).toEqual(["t-me.test:81", "cdn4.telesco.pe:443"]);
});

test("a post's file that is moved to any of them is refused", async () => {
  const canary = await startCanary();
  const schemes = ["http", "https"];
  const addresses = schemes.flatMap((scheme) =>
    everyHost.map((host) => `${scheme}://${host}:${canary.port}/file/x.jpg`),
  );
  await using moved = await sendingOn(addresses);
  const gates = new Gates({ rate: 1_000, concurrency: 8 });
  const source = mediaSource({ origin: moved.origin, gates, timeoutMs, resolve: resolver() });
  const refused = { kind: "refused", why: expect.stringContaining("none of Telegram's") as string };
  const taken: string[] = [];
  const take = async ({ from }: { readonly from: number }): Promise<void> =>
    void taken.push(`${from}`);
  for (const [place, address] of addresses.entries()) {
    const told = await source.get(`${moved.origin}/file/${place}`, { maxBytes: 1_000 }, take);
    // What is no address at all is no redirect either.
    expect([address, told]).toEqual([
      address,
      URL.canParse(address) ? refused : { kind: "failed", why: "it answers 302" },
    ]);
    const asked = await source.get(address, { maxBytes: 1_000 }, take);
    expect([address, asked]).toEqual([address, refused]);
  }
  // Telegram's own names, told to be inside: they may be asked for files, and are not.
  for (const name of ["cdn4.telesco.pe", "cdn1.cdn-telegram.org"]) {
    const told = await source.get(`https://${name}/file/x.jpg`, { maxBytes: 1_000 }, take);
    expect(told).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("inside the network") as string,
    });
  }
  expect(taken).toEqual([]);
  expect(canary.reached()).toBe(0);
}, 120_000);

test("a message is sent to none of them, and to none that a redirect names", async () => {
  const canary = await startCanary();
  const addresses = everyHost.map((host) => `http://${host}:${canary.port}/hook`);
  await using moved = await sendingOn(addresses);
  const messages = [...addresses, ...addresses.map((_, place) => `${moved.origin}/${place}`)];
  const waiting = messages.map((url, place): ClaimedDelivery => ({
    id: `${place}`,
    url,
    secret: "x",
    body: "{}",
    tries: 1,
    lease: "x",
  }));
  const results = new Map<string, TryResult>();
  await sendDue({
    deliveries: {
      claim: () => Promise.resolve(waiting.shift()),
      finish: ({ id }, result) => Promise.resolve(results.set(id, result).size > 0),
    },
    insideHosts: [new URL(moved.origin).host],
    timeoutMs,
    resolve: resolver(),
  });
  const outcome = (place: number): string => {
    const { kind, answer } = results.get(`${place}`) ?? { kind: "none", answer: "" };
    return `${kind}: ${/inside the network|no http or https address|Answered 302/.exec(answer)?.[0] ?? answer}`;
  };
  for (const [place, address] of addresses.entries()) {
    expect([address, outcome(place)]).toEqual([
      address,
      expect.stringMatching(/^given-up: (inside the network|no http or https address)$/) as string,
    ]);
    expect([address, outcome(addresses.length + place)]).toEqual([address, "again: Answered 302"]);
  }
  expect(canary.reached()).toBe(0);
}, 120_000);

test("a name that changes its address between check and connection leads where it was checked, or nowhere", async () => {
  const canary = await startCanary();
  const flips = [[publicAddress()], ["127.0.0.1"]];
  const names = { "flips.example": flips, "flips-back.example": flips.toReversed() };
  const resolve = resolver(names);
  const options = { resolve, timeoutMs: 1_000 };
  const at = (name: string): string => `http://${name}:${canary.port}/`;
  // Looked up once; what that said is what is connected to, and there is nobody.
  await expect(publicFetch(at("flips.example"), options)).rejects.toThrow(
    /gave no answer|did not answer/,
  );
  expect(resolve.asked).toEqual(["flips.example"]);
  // By now it stands for this machine: the next request, and a redirect to it, are refused.
  await expect(publicFetch(at("flips.example"), options)).rejects.toThrow("inside the network");
  await using moved = await sendingOn([at("flips-back.example")]);
  const insideHosts = [new URL(moved.origin).host];
  await expect(
    publicFetch(`${moved.origin}/0`, { ...options, insideHosts, maxRedirects: 3 }),
  ).rejects.toThrow("inside the network");
  expect(resolve.asked).toEqual(["flips.example", "flips.example", "flips-back.example"]);
  expect(canary.reached()).toBe(0);
});
