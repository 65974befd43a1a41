import { isId, limits } from "../limits.ts";

/**
 * An address a stranger gave, made absolute, or `undefined` when it is none that may be followed:
 * only http, https, tg, mailto and tel survive, of a length that an address can have. A path beside the page (`River_files/a.jpg`) is what a browser put there when
 * it saved the page: nobody ever served it.
 */
export function safeAddress(href: string, base = "https://t.me/"): string | undefined {
  if (href.length > limits.words) return undefined;
  const cleaned = href.replaceAll(controls, "").trim();
  const isWhole = /^[a-z]+:/iu.test(cleaned);
  if (!isWhole && !/^[/?#]/u.test(cleaned)) return undefined;
  const url = URL.parse(cleaned, base);
  if (!url || !followed.has(url.protocol)) return undefined;
  return isWhole ? cleaned : url.href;
}

/** The address of a file, as Telegram gives them all: with its host. What a saved page carries along (`data:`, paths) is none. */
export function fileAddress(given: string | undefined): string | undefined {
  if (given === undefined || !/^\s*(?:https?:)?\/\//iu.test(given)) return undefined;
  return safeAddress(given);
}

/** The channel and post of a link to a public post (`https://t.me/durov/12`, mirrors alike). */
export function postOfLink(href: string): { channel: string; id: number } | undefined {
  const match = /^(?:https?:)?(?:\/\/[^/]+)?\/(?:s\/)?([a-z]\w{3,31})\/(\d{1,15})(?:[?#]|$)/iu.exec(
    href,
  );
  const id = Number(match?.[2]);
  return match?.[1] && isId(id) ? { channel: match[1], id } : undefined;
}

const followed = new Set(["http:", "https:", "tg:", "mailto:", "tel:"]);
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const controls = /[\u0000-\u001F\u007F]/gu;
