import { html } from "hono/html";
import type { VersionsAnswer } from "../../server/contract/versions.ts";
import { time } from "./format.ts";
import type { Html } from "./html.ts";
import { verbatim } from "./verbatim.ts";
import { wordDiff, type DiffPart } from "./word-diff.ts";
import type { Words } from "../words/words.ts";

type Version = VersionsAnswer["versions"][number];

const keptAround = 80;
const keptOfChange = 600;
const besideText = [
  "entities",
  "media",
  "preview",
  "poll",
  "buttons",
  "forward",
  "reply",
  "author",
  "edited",
] as const;

/** Every version that was seen, and what the chosen one changed against the one before. */
export function versionsSection(
  versions: readonly Version[],
  chosen: number | undefined,
  { words, address }: { readonly words: Words; readonly address: string },
): Html | undefined {
  if (versions.length < 2) return undefined;
  const at = (version: number): string => {
    const url = new URL(address, "http://localhost");
    url.searchParams.set("v", String(version));
    return `${url.search}#versions`;
  };
  const { versions: text, common } = words.text;
  const shown = versions.find(({ version }) => version === chosen) ?? versions.at(-1);
  const before = versions[versions.findIndex((one) => one === shown) - 1];
  if (!shown) return undefined;
  const links = versions.map(
    (one, place) =>
      html`<a href="${at(one.version)}" ${one === shown ? html` aria-current="true"` : ""}
        ><b
          >${one.version}${one === shown && before && `, ${text.comparedWith({ version: String(before.version) })}`}</b
        >${time(one.seenAt)}<br />${place === 0 ? text.asFirstSeen : one.current && text.current}</a
      >`,
  );
  return html`<section class="section inset" id="versions">
    <h2>${common.versions}</h2>
    <nav class="versions" aria-label="${common.versions}">${links}</nav>
    ${before ? comparison(before.post, shown.post, { words }) : plain(shown)}
    <p class="small quiet">${text.versionNote}</p>
  </section>`;
}

const plain = ({ post }: Version): Html => verbatim("diff", post.language, [post.text]);

/** What one version of a post changed against another: the words taken out and put in, and what else. */
export function comparison(
  before: Version["post"],
  after: Version["post"],
  {
    words: {
      text: { versions: text },
    },
    parts = wordDiff(before.text, after.text),
    fold = folded,
  }: {
    readonly words: Words;
    readonly parts?: readonly DiffPart[];
    readonly fold?: Fold;
  },
): Html {
  const sameText = before.text === after.text;
  const moved = besideText.filter((field) => essence(before, field) !== essence(after, field));
  // That it was edited is said by whatever else changed.
  const telling = moved.filter((field) => field !== "edited" || (sameText && moved.length === 1));
  const changed = telling.map((field) => text.changed[field]);
  return html`${
    sameText
      ? html`<p>${text.onlyBesideText}</p>`
      : verbatim("diff", after.language, parts.map(drawnWith(fold)))
  }${changed.length > 0 && html`<p class="small">${text.otherChanges({ fields: changed.join(", ") })}</p>`}`;
}

/** What of a field makes a version: addresses and shares change at each read and never do. */
function essence(post: Version["post"], field: (typeof besideText)[number]): string {
  if (field === "media")
    return JSON.stringify(
      post.media.map(({ kind, fileName, size, durationSeconds, width, height }) => [
        kind,
        fileName,
        size,
        durationSeconds,
        width,
        height,
      ]),
    );
  if (field === "poll")
    return JSON.stringify([post.poll?.question, post.poll?.options.map(({ text }) => text)]);
  if (field === "preview")
    return JSON.stringify([
      post.preview?.url,
      post.preview?.site,
      post.preview?.title,
      post.preview?.description,
    ]);
  return JSON.stringify(post[field] ?? null);
}

const drawnWith =
  (fold: Fold) =>
  (part: DiffPart, place: number, all: readonly DiffPart[]): Html => {
    if (part.kind === "gone") return html`<del>${fold.changed(part.text)}</del>`;
    if (part.kind === "added") return html`<ins>${fold.changed(part.text)}</ins>`;
    const ends = { first: place === 0, last: place === all.length - 1 };
    return html`<span class="same">${fold.same(part.text, ends)}</span>`;
  };

/** How much of a text is shown beside what changed, and of that itself. */
interface Fold {
  readonly same: (
    text: string,
    ends: { readonly first: boolean; readonly last: boolean },
  ) => string;
  readonly changed: (text: string) => string;
}

/** To the end of a word, or of a sign where there is but one. */
const beginning = (text: string, most: number): string =>
  text.slice(0, most).replace(/(?<=\s)\S*$|[\uD800-\uDBFF]$/, "");
const ending = (text: string, most: number): string =>
  text.slice(-most).replace(/^\S*(?=\s)|^[\uDC00-\uDFFF]/, "");

/** Where all of a version is read: its beginning and its end stay, and whatever changed. */
const folded: Fold = {
  same: (text, { first, last }) => {
    const head = first ? "" : beginning(text, keptAround);
    const tail = last ? "" : ending(text, keptAround);
    return text.length <= 2 * keptAround + 20 ? text : `${head}[…]${tail}`;
  },
  changed: (text) => text,
};

/** In a list: only what surrounds a change, and of a long one its ends. */
export const foldedFar: Fold = {
  same: (text, { first, last }) => {
    const most = first || last ? keptAround : 2 * keptAround;
    if (text.length <= most + 20) return text;
    return `${first ? "" : beginning(text, keptAround)}…${last ? "" : ending(text, keptAround)}`;
  },
  changed: (text) =>
    text.length <= keptOfChange + 20
      ? text
      : `${beginning(text, keptOfChange / 2)}[…]${ending(text, keptOfChange / 2)}`,
};
