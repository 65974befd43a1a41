import { BlockList, isIPv6 } from "node:net";
import type { Context } from "hono";

/** Tells who asks: the connection's other end, or whom a trusted proxy says it asks for. */
export function callerOf(proxies: readonly string[]): (c: Context) => string {
  const isTrusted = trustIn(proxies);
  return (c) => {
    const peer = plain(peerOf(c));
    if (proxies.length === 0 || !isTrusted(peer)) return peer;
    const chain = (c.req.header("x-forwarded-for") ?? "").split(",").map(plain).filter(Boolean);
    return chain.findLast((address) => !isTrusted(address)) ?? chain[0] ?? peer;
  };
}

/** Tells whether a trusted proxy says that it was asked over TLS. */
export function saysTls(proxies: readonly string[]): (c: Context) => boolean {
  const isTrusted = trustIn(proxies);
  return (c) =>
    proxies.length > 0 &&
    isTrusted(plain(peerOf(c))) &&
    /^https\s*(,|$)/i.test(c.req.header("x-forwarded-proto") ?? "");
}

function trustIn(proxies: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList();
  for (const one of proxies) {
    const [address = "", bits] = one.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  return (address) => trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** An IPv4 address that arrived over IPv6 is an IPv4 address. */
const plain = (address: string): string =>
  address
    .trim()
    .replace(/^::ffff:(?=\d+\.)/i, "")
    .slice(0, 64);

function peerOf(c: Context): string {
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;
  return env?.incoming?.socket?.remoteAddress ?? "";
}
