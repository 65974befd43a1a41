import { parseCount } from "./counts.ts";
import { defined } from "../defined.ts";
import type { Outline } from "./outline.ts";
import { type ReadingCode, type Reason, reason } from "../reasons.ts";
import { plainText } from "./text.ts";

/** The page at `/name` or `/name/12` of a channel that exists and whose preview is on. */
export interface Landing {
  readonly kind: "landing";
  readonly title: string;
  readonly description?: string;
  /** The exact number of subscribers, where the page shows it. */
  readonly subscribers?: number;
  /** Path of the preview it links to: `/s/durov`. */
  readonly previewPath: string;
  /** On a post's own landing page: its id and its plain text (cut near 1,000 characters). */
  readonly post?: { readonly id: number; readonly text: string };
}

export interface Unavailable {
  readonly kind: "unavailable";
  readonly reason: "missing" | "preview-off" | "group" | "restricted";
  /** Where the page names it. */
  readonly channel?: string;
}

export interface UnknownPage {
  readonly kind: "unknown";
  readonly why: Reason<ReadingCode>;
}

/** Reads a page without messages: a landing page, a refusal, or nothing of Telegram's we know. */
export function readLanding(outline: Outline): Landing | Unavailable | UnknownPage {
  const words = (name: string): string => {
    const part = outline.first(name);
    return part ? plainText(part) : "";
  };
  const description = words("tgme_page_description");
  const extra = words("tgme_page_extra");
  const title = words("tgme_page_title") || (outline.embeds && outline.meta("og:title")) || "";

  if (!outline.first("tgme_page")) return withoutPage(outline);
  if (/can.t be displayed/u.test(description)) return { kind: "unavailable", reason: "restricted" };
  if (title === "") {
    // One word apart: a name nobody has can be contacted, a channel that is refused here has posts.
    const refused = /\bview posts by\b/u.test(description) ? "restricted" : "missing";
    const known = refused === "restricted" || outline.first("tgme_icon_user") !== undefined;
    return known
      ? { kind: "unavailable", reason: refused }
      : { kind: "unknown", why: reason("page-nameless") };
  }
  if (outline.previewPath === undefined) {
    if (/\bonline\b/u.test(extra) || /\bmembers?$/u.test(extra))
      return { kind: "unavailable", reason: "group" };
    const channel = outline.embeds !== undefined || /\bsubscribers?$/u.test(extra);
    // A person's or a bot's page shows @name there, or nothing.
    return { kind: "unavailable", reason: channel ? "preview-off" : "missing" };
  }
  const id = Number(outline.embeds?.split("/").at(-1));
  return defined({
    kind: "landing" as const,
    title,
    description: description || undefined,
    subscribers: parseCount(extra.replace(/\s*(?:subscriber|member)s?$/u, "")),
    previewPath: outline.previewPath,
    post: id > 0 ? { id, text: outline.meta("og:description") ?? "" } : undefined,
  });
}

/** A handle Telegram blocks answers with its own home page. */
function withoutPage(outline: Outline): Unavailable | UnknownPage {
  const ofTelegram =
    outline.meta("og:site_name") === "Telegram" || /^Telegram(?: Messenger)?$/u.test(outline.title);
  return ofTelegram
    ? { kind: "unavailable", reason: "restricted" }
    : {
        kind: "unknown",
        why:
          outline.title === ""
            ? reason("page-untitled")
            : reason("page-titled", { title: outline.title.slice(0, titleLength) }),
      };
}

/** How Telegram says, in its own places, that it does not show a channel here: "This channel can’t be displayed because it violated local laws." */
export const refusal =
  /\b(?:can|could)(?:.t| ?not) be (?:displayed|shown|accessed)|\b(?:channel|group|chat) is (?:unavailable|not available|not accessible|blocked)\b/iu;
const titleLength = 80;
