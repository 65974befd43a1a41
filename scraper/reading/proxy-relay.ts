import { randomBytes, timingSafeEqual } from "node:crypto";
import { request } from "node:http";
import type { Socket } from "node:net";
import { RequestError, Server } from "proxy-chain";
import { Unreachable } from "../errors.ts";
import { type ReadingCode, type Reason, reason } from "../reasons.ts";
import { type Proxies, proxyFor, shownProxy } from "./proxies.ts";

/**
 * A plain HTTP proxy on this machine that leads through another of any kind, and knows its user and password: so whatever
 * asks need speak one language only, and no program is started with a password. It takes nobody but who opened it.
 */
export interface ProxyRelay {
  /** `http://127.0.0.1:41234` */
  readonly server: string;
  readonly username: string;
  readonly password: string;
  /** The proxy behind it, as it may be shown. */
  readonly proxy: string;
}

/** How addresses are reached from this process. Ends with it, and its relays too. */
export interface Routes extends AsyncDisposable {
  /** What an address is asked through; undefined where it is asked directly. */
  readonly relayFor: RelayFor;
}

export type RelayFor = (url: URL) => Promise<ProxyRelay | undefined>;

/**
 * One relay for each proxy that is used. It leads nobody to an address that `leadsTo` does not name: not even a browser, which
 * asks its maker for this and that of its own accord.
 */
export function openRoutes(
  proxies: Proxies,
  { leadsTo = () => true }: { readonly leadsTo?: (url: URL) => boolean } = {},
): Routes {
  const relays = new Map<string, Promise<ProxyRelay & AsyncDisposable>>();
  return {
    relayFor: async (url) => {
      const proxy = proxyFor(url, proxies);
      if (proxy === undefined) return undefined;
      const relay = relays.get(proxy) ?? openRelay(proxy, leadsTo);
      relays.set(proxy, relay);
      return relay;
    },
    async [Symbol.asyncDispose]() {
      for (const relay of relays.values()) await (await relay)[Symbol.asyncDispose]();
    },
  };
}

async function openRelay(
  proxy: string,
  leadsTo: (url: URL) => boolean,
): Promise<ProxyRelay & AsyncDisposable> {
  const [username, password] = ["backscroll", randomBytes(secretBytes).toString("hex")];
  // Names are looked up by the proxy: what is called socks5h elsewhere.
  const upstreamProxyUrl = proxy.replace(/^socks5:/, "socks5h:");
  const relay = new Server({
    host: "127.0.0.1",
    port: 0,
    prepareRequestFunction: (asked) => {
      if (!isSame(asked.password, password)) return { requestAuthentication: true };
      const { hostname, port } = asked;
      // What a tunnel is for is not told; a source that is no https one is asked through tunnels, too.
      const meant = ["https", "http"].map((scheme) => URL.parse(`${scheme}://${hostname}:${port}`));
      if (!meant.some((url) => url && leadsTo(url)))
        throw new RequestError("This relay does not lead there.", 403);
      return { upstreamProxyUrl };
    },
  });
  await relay.listen();
  return {
    server: `http://127.0.0.1:${relay.port}`,
    username,
    password,
    proxy: shownProxy(proxy),
    [Symbol.asyncDispose]: async () => relay.close(true),
  };
}

const secretBytes = 32;

const isSame = (one: string | undefined, other: string): boolean =>
  one?.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

/** A connection to where an address leads, through the proxy. @throws Unreachable that names the proxy; or when aborted */
export async function connectThrough(
  relay: ProxyRelay,
  url: URL,
  signal: AbortSignal,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const path = `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
  const login = Buffer.from(`${relay.username}:${relay.password}`).toString("base64");
  const headers = { host: path, "proxy-authorization": `Basic ${login}` };
  request(relay.server, { method: "CONNECT", path, headers, agent: false, signal })
    .once("connect", ({ statusCode = 0, statusMessage = "" }, socket) => {
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(
        proxyTrouble(relay, statusCode, statusMessage) ??
          troubleOf(relay, "proxy-other", { facts: { said: statusMessage } }),
      );
    })
    .once("error", reject)
    .end();
  return promise;
}

/** What a status says of the proxy, where it is the relay's own and not an answer of who was asked. */
export function proxyTrouble(
  relay: ProxyRelay,
  status: number,
  statusText: string,
): Unreachable | undefined {
  const [, answered] = /^UPSTREAM(\d{3})$/.exec(statusText) ?? [];
  if (status === 407 || status === 597) return troubleOf(relay, "proxy-login", { lasting: true });
  if (status === 590)
    return answered === undefined
      ? troubleOf(relay, "proxy-refuses")
      : troubleOf(relay, "proxy-answers", { facts: { status: answered } });
  if (status === 593) return troubleOf(relay, "proxy-unknown");
  if (status === 594) return troubleOf(relay, "proxy-silent");
  return status > 590 && status <= 599
    ? troubleOf(relay, "proxy-other", { facts: { said: statusText } })
    : undefined;
}

const troubleOf = (
  { proxy }: ProxyRelay,
  code: ReadingCode,
  { facts, lasting = false }: { readonly facts?: Reason["facts"]; readonly lasting?: boolean } = {},
): Unreachable => new Unreachable([reason(code, { proxy, ...facts })], { lasting });
