import { BlockList, isIP } from "node:net";

/** The proxies of this machine, as the settings of these names have them: addresses with user and password. */
export interface Proxies {
  /** Leads to every address; beside it the others are not looked at. */
  readonly proxy?: string | undefined;
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  readonly allProxy?: string | undefined;
  /** Where those three do not lead: `host`, `.host`, `host:port`, `10.0.0.0/8`, `*`. */
  readonly noProxy?: readonly string[];
}

/** The proxy that leads to an address; undefined where none stands between. This machine is asked past all but `proxy`. */
export function proxyFor(
  url: URL,
  { proxy, httpProxy, httpsProxy, allProxy, noProxy = [] }: Proxies,
): string | undefined {
  if (proxy !== undefined) return proxy;
  if (isThisMachine(url.hostname) || noProxy.some((one) => isMeant(url, one))) return undefined;
  return (url.protocol === "https:" ? httpsProxy : httpProxy) ?? allProxy;
}

/** A proxy as it may be shown: without user and password. */
export const shownProxy = (proxy: string): string => {
  const { protocol, host } = new URL(proxy);
  return `${protocol}//${host}`;
};

const bare = (hostname: string): string => hostname.replace(/^\[|\]$|\.$/g, "");

function isThisMachine(hostname: string): boolean {
  const host = bare(hostname);
  return /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
}

function isMeant(url: URL, exception: string): boolean {
  if (exception === "*") return true;
  const host = bare(url.hostname);
  const [, named = "", port] =
    /^(?:\*?\.)?(\[[^\]]*\]|[^:[\]]+|[\da-f:]*:[\da-f:.]*(?:\/\d+)?)(?::(\d+))?$/i.exec(
      exception,
    ) ?? [];
  const own = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  if (named === "" || (port !== undefined && port !== own)) return false;
  const meant = bare(named).toLowerCase();
  return host === meant || host.endsWith(`.${meant}`) || isIn(host, meant);
}

/** Whether an address is this one or in this range; a name never is. */
function isIn(host: string, range: string): boolean {
  const kind = isIP(host);
  const most = kind === 4 ? 32 : 128;
  const [address = "", bits = String(most)] = range.split("/");
  if (kind === 0 || isIP(address) !== kind) return false;
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > most) return false;
  const family = kind === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family);
  return list.check(host, family);
}
