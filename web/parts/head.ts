import { html, raw } from "hono/html";
import type { Html } from "./html.ts";

/** What a page is about, for who shows a link to it: chats, feed readers, other sites, reference managers. */
export interface About {
  /** Where it is found for good, as a path of this server. */
  readonly address: string;
  readonly title: string;
  readonly description?: string | undefined;
  /** A picture of ours; nothing of another host is named. */
  readonly image?:
    | {
        readonly address: string;
        readonly type: string;
        readonly alt: string;
        readonly size?: { readonly width: number; readonly height: number } | undefined;
      }
    | undefined;
  /** When it is a text with an author, and how it is cited. */
  readonly cited?: Cited | undefined;
  /** The same as JSON-LD, without its context. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** The page's own address, for good: not in one language only. */
export function lastingAddress(address: string): string {
  const url = new URL(address, "http://localhost");
  url.searchParams.delete("ui");
  return url.pathname + url.search;
}

/** How reference managers take a page up. */
interface Cited {
  /** Zotero's name of the kind. */
  readonly kind: "forumPost" | "dataset";
  readonly title: string;
  readonly author: string;
  readonly publishedAt: string;
  readonly publisher: string;
  readonly language?: string | undefined;
  /** Where the thing itself stands. */
  readonly url: string;
}

/** The part of a page's head that tells what it is about. */
export function aboutHead(about: About, { origin }: { readonly origin: string }): Html {
  const url = origin + about.address;
  const { title, description, image, cited, data } = about;
  const facts = [
    ["site_name", "Backscroll"],
    ["type", cited ? "article" : "website"],
    ["title", title],
    ["url", url],
    ["description", description],
    ["image", image && origin + image.address],
  ] as const;
  return html`${description !== undefined && html`<meta name="description" content="${description}" />`}
    <link rel="canonical" href="${url}" />
    ${facts.map(
      ([name, value]) =>
        value !== undefined && html`<meta property="og:${name}" content="${value}" />`,
    )}${image && aboutImage(image)}${(["json", "xml"] as const).map(
      (format) =>
        html`<link
          rel="alternate"
          type="${oembedTypes[format]}"
          href="${origin}${oembedAddress(url, format)}"
          title="${title}"
        />`,
    )}${
      cited &&
      html`<meta
          property="article:published_time"
          content="${cited.publishedAt}"
        />${citedHead(cited)}`
    }${data && linkedData(data)}`;
}

function aboutImage({ type, size, alt }: NonNullable<About["image"]>): Html {
  return html`<meta property="og:image:type" content="${type}" /><meta
      property="og:image:alt"
      content="${alt}"
    />${
      size &&
      html`<meta property="og:image:width" content="${size.width}" /><meta
          property="og:image:height"
          content="${size.height}"
        />`
    }`;
}

const oembedTypes = { json: "application/json+oembed", xml: "text/xml+oembed" } as const;
const oembedAddress = (url: string, format: "json" | "xml"): string =>
  `/oembed?${new URLSearchParams({ url, format }).toString()}`;

/** In the names of Highwire Press, and Zotero's own for the kind, as nothing else tells it that a post is no article. */
function citedHead(cited: Cited): Html {
  const date = cited.publishedAt.slice(0, 10).replaceAll("-", "/");
  const facts = [
    ["z:itemType", cited.kind],
    ["citation_title", cited.title],
    ["citation_author", cited.author],
    ["citation_publication_date", date],
    ["citation_publisher", cited.publisher],
    ["citation_public_url", cited.url],
    ["citation_language", cited.language],
  ] as const;
  return html`${facts.map(
    ([name, value]) => value !== undefined && html`<meta name="${name}" content="${value}" />`,
  )}`;
}

/** Nothing in it can end the element or open a comment: `<`, `>` and `&` are written as JSON may write any letter. */
function linkedData(data: Readonly<Record<string, unknown>>): Html {
  const json = JSON.stringify({ "@context": "https://schema.org", ...data }).replaceAll(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return html`<script type="application/ld+json">
    ${raw(json)}
  </script>`;
}
