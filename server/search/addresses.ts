import { domainToUnicode } from "node:url";

/*
 * Addresses as links are compared by them: `t.me/durov/123`. Scheme, `www.`, tracking parameters, a last `/` and the
 * case of letters do not count; on Telegram's hosts neither does how a post is shown (`/s/`, `?single`).
 */

/** The address that this is, all of it; undefined when it is none. A name with a point is a host. */
export function addressOf(written: string): string | undefined {
  const address = read(written);
  // What is stored and what is printed must be read as the same again.
  return address !== undefined && read(address) === address ? address : undefined;
}

function read(written: string): string | undefined {
  if (!written.includes(".") || !seemsAddress.test(written)) return undefined;
  const url = URL.parse(/^https?:/i.test(written) ? written : `https://${written}`);
  if (url === null || url.username !== "") return undefined;
  const host = withoutWww(domainToUnicode(url.hostname) || url.hostname);
  const isTelegram = telegramHosts.has(host);
  const path = readable(isTelegram ? url.pathname.replace(/^\/s\/(?=\w)/, "/") : url.pathname);
  const parameters = [...url.searchParams].filter(
    ([name]) => !isTracking(name) && !(isTelegram && display.has(name)),
  );
  const query = readable(new URLSearchParams(parameters).toString());
  const address =
    (url.port === "" ? host : `${host}:${url.port}`) +
    path.replace(/\/+$/, "") +
    (query === "" ? "" : `?${query}`) +
    (url.hash === "#" ? "" : readable(url.hash));
  return address.toLowerCase();
}

/** Whether it names more than a host. */
export function hasPath(address: string): boolean {
  return /[/?#:]/.test(address);
}

/** What the address lies below, from its host on, and itself. */
export function addressesAbove(address: string): readonly string[] {
  const [whole = "", fragment] = address.split("#", 2);
  const [path = "", query] = whole.split("?", 2);
  const above: string[] = [];
  for (
    let at = path.indexOf("/");
    at !== -1 && above.length < deepest;
    at = path.indexOf("/", at + 1)
  )
    above.push(path.slice(0, at));
  above.push(path);
  if (query !== undefined) above.push(whole);
  if (fragment !== undefined) above.push(address);
  return above;
}

/** The addresses that stand in a text, with a scheme or a path. */
export function addressesIn(text: string): readonly string[] {
  if (!text.includes("/")) return [];
  return Array.from(text.matchAll(shownAddress), ([written]) => addressOf(written) ?? "").filter(
    (address) => address !== "",
  );
}

/** The name of a host without `www.`. */
export function withoutWww(host: string): string {
  return host.replace(/^www\.(?=[^.]+\.)/i, "");
}

/** With letters beyond ASCII as people read them; all other escapes stay. */
function readable(encoded: string): string {
  return encoded.replace(/(?:%[89a-f][\da-f])+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes).replace(/\s/gu, encodeURIComponent);
    } catch {
      return bytes;
    }
  });
}

/** An address in a text: up to a space or quote, without the signs that end a sentence. */
export const shownAddress =
  /(?:https?:\/\/)?[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+(?::\d{1,5})?\/(?:[^\s"«»“”<>]*[^\s"«»“”<>.,;:!?)\]}'’])?/giu;

const seemsAddress =
  /^(?:https?:\/\/)?(?:[\p{L}\p{N}\p{M}_-]+\.)+(?:[\p{L}\p{M}]{2,}|xn--[a-z0-9-]+|\d{1,3}(?=[:/]))(?::\d{1,5})?(?:[/?#]\S*)?$/iu;

const deepest = 10;
const telegramHosts = new Set(["t.me", "telegram.me", "telegram.dog"]);
/** How Telegram shows a post, not which. */
const display = new Set(["single", "embed", "mode", "comment", "thread", "before", "after", "t"]);
/** Whether a parameter only tells where a reader came from. */
export const isTracking = (name: string): boolean => tracking.test(name);
const tracking =
  /^(?:utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|yclid|ysclid|ymclid|msclkid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid|_openstat|_ga|_gl|mkt_tok)$/i;
