import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Resolve } from "../scraper/reading/public-fetch.ts";

/** A hundred ways to write an address inside: this machine, its networks, what is reserved, and tunnels to those. */
export const insideSpellings: readonly string[] = [
  // This machine, as one, two, three or four numbers to the base of 10, 8 or 16.
  ..."127.0.0.1 127.1 127.0.1 127.000.000.001 127.0.0.2 127.255.255.254 2130706433 2130706434".split(
    " ",
  ),
  ..."0x7f000001 0x7F000001 0x7f.1 0x7f.0.0.1 0x7f.0x0.0x0.0x1 0x7f.0.1 0x000000007f000001".split(
    " ",
  ),
  ..."0177.0.0.1 0177.1 0177.0.1 017700000001 0000177.0.0.1 127.0x1 127.0.0x1 0x7f.000.0.01".split(
    " ",
  ),
  ..."0 0.0 0.0.0.0 0x0 00000 127.0.0.1. 127.1. 2130706433. 0x7f000001.".split(" "),
  // By name.
  ..."localhost LOCALHOST localhost. LocalHost. foo.localhost a.b.localhost localhost.localdomain ip6-localhost".split(
    " ",
  ),
  // In letters that stand for others.
  "①②⑦.⓪.⓪.①",
  "１２７.０.０.１",
  "127。0。0。1",
  "127．0．0．1",
  "127｡0｡0｡1",
  "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
  "ｌｏｃａｌｈｏｓｔ",
  "%31%32%37.0.0.1",
  "127%2e0%2e0%2e1",
  "%6c%6f%63%61%6c%68%6f%73%74",
  "loc\u00adalhost",
  "127.0.0\t.1",
  // IPv6: this machine, with IPv4 in it in every way there is.
  ..."[::1] [::] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::0001] [0::1] [::0:1]".split(
    " ",
  ),
  ..."[::ffff:127.0.0.1] [::ffff:7f00:1] [::FFFF:127.0.0.1] [0:0:0:0:0:ffff:127.0.0.1] [::ffff:0:127.0.0.1]".split(
    " ",
  ),
  ..."[::127.0.0.1] [::7f00:1] [::ffff:0.0.0.0] [::ffff:10.0.0.1] [::ffff:169.254.169.254] [::ffff:a9fe:a9fe]".split(
    " ",
  ),
  ..."[64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2002:a00:1::] [2001::1]".split(
    " ",
  ),
  ..."[2001:0:7f00:1::] [fe80::1] [febf::1] [fec0::1] [fc00::1] [fd00::1] [fd00:ec2::254] [ff02::1] [ff0e::1]".split(
    " ",
  ),
  ..."[100::1] [2001:db8::1] [3fff::1]".split(" "),
  // Networks of one's own, links, clouds' insides, what is reserved.
  ..."10.0.0.1 10.255.255.255 012.0.0.1 0xa000001 167772161 172.16.0.1 172.31.255.255 0xac100001".split(
    " ",
  ),
  ..."192.168.0.1 192.168.1 0xc0a80001 3232235521 169.254.169.254 169.254.0.1 0xa9fea9fe 2852039166".split(
    " ",
  ),
  ..."0251.0376.0251.0376 169.16689662 100.64.0.1 100.127.255.255 198.18.0.1 192.0.0.1 192.0.2.1".split(
    " ",
  ),
  ..."198.51.100.1 203.0.113.1 192.88.99.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255".split(
    " ",
  ),
];

/** Names that a resolver says are inside: one address, several, one good among them, and IPv6. */
export const insideNames: Readonly<Record<string, readonly string[]>> = {
  "loopback.example": ["127.0.0.1"],
  "loopback6.example": ["::1"],
  "mapped.example": ["::ffff:127.0.0.1"],
  "unspecified.example": ["0.0.0.0"],
  "private.example": ["10.0.0.1"],
  "link.example": ["169.254.169.254"],
  "good-first.example": [publicAddress(), "127.0.0.1"],
  "good-last.example": ["127.0.0.1", publicAddress()],
  "cdn4.telesco.pe": ["127.0.0.1"],
  "cdn1.cdn-telegram.org": ["::1"],
};

/** An address of the public internet that nobody has: it is asked for in vain. */
export function publicAddress(): string {
  return "2000::1";
}

/** A resolver that knows the names above and those given, and tells them in order, the last one for ever. */
export function resolver(
  names: Readonly<Record<string, readonly (readonly string[])[]>> = {},
): Resolve & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  const resolve: Resolve = (hostname, _options, callback) => {
    const before = asked.filter((one) => one === hostname).length;
    asked.push(hostname);
    const answers = names[hostname] ?? [insideNames[hostname] ?? ["127.0.0.1"]];
    const found = answers[Math.min(before, answers.length - 1)] ?? [];
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
  return Object.assign(resolve, { asked });
}

/** A server of this machine that nobody may reach, on one port of IPv4 and, where there is any, of IPv6; it counts connections. */
export async function startCanary(): Promise<{
  readonly port: number;
  readonly reached: () => number;
}> {
  let reached = 0;
  const listen = async (host: string, port: number): Promise<number | undefined> => {
    const server = createServer((_request, response) => response.end("inside"));
    server.on("connection", () => (reached += 1));
    const { promise, resolve } = Promise.withResolvers<boolean>();
    server.once("error", () => resolve(false)).listen(port, host, () => resolve(true));
    if (!(await promise)) return undefined;
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  };
  const port = await listen("127.0.0.1", 0);
  if (port === undefined) throw new Error("Nothing can be listened on here.");
  await listen("::1", port);
  return { port, reached: () => reached };
}
