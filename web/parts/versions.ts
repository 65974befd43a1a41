import { html } from "hono/html";
import type { VersionsAnswer } from "../../server/contract/versions.ts";
import { time } from "./format.ts";
import type { Html } from "./html.ts";
import { verbatim } from "./verbatim.ts";
import { wordDiff, type DiffPart } from "./word-diff.ts";
import type { Words } from "../words/words.ts";

type Version = VersionsAnswer["versions"][number];

const keptAround = 80;
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
    ${before ? comparison(before, shown, words) : plain(shown)}
    <p class="small quiet">${text.versionNote}</p>
  </section>`;
}

const plain = ({ post }: Version): Html => verbatim("diff", post.language, [post.text]);

function comparison(before: Version, shown: Version, { text: { versions: text } }: Words): Html {
  const changed = besideText
    .filter((field) => essence(before.post, field) !== essence(shown.post, field))
    .map((field) => text.changed[field]);
  const sameText = before.post.text === shown.post.text;
  const parts = wordDiff(before.post.text, shown.post.text);
  return html`${
    sameText
      ? html`<p>${text.onlyBesideText}</p>`
      : verbatim("diff", shown.post.language, parts.map(drawn))
  }${changed.length > 0 && html`<p class="small">${text.otherChanges({ fields: changed.join(", ") })}</p>`}`;
}

/** What of a field makes a version: addresses and shares change at each read and never do. */
function essence(post: Version["post"], field: (typeof besideText)[number]): string {
  if (field === "media")
    return JSON.stringify(
      post.media.map(({ kind, fileName, size, durationSeconds }) => [
        kind,
        fileName,
        size,
        durationSeconds,
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

function drawn(part: DiffPart, place: number, all: readonly DiffPart[]): Html {
  if (part.kind === "gone") return html`<del>${part.text}</del>`;
  if (part.kind === "added") return html`<ins>${part.text}</ins>`;
  return html`<span class="same"
    >${folded(part.text, { first: place === 0, last: place === all.length - 1 })}</span
  >`;
}

/** Unchanged text far from a change, cut at a space. */
function folded(
  text: string,
  { first, last }: { readonly first: boolean; readonly last: boolean },
): string {
  const head = first ? "" : text.slice(0, keptAround).replace(/\S*$/, "");
  const tail = last ? "" : text.slice(-keptAround).replace(/^\S*/, "");
  return text.length <= 2 * keptAround + 20 ? text : `${head}[…]${tail}`;
}
