import { html } from "hono/html";
import type { Hit } from "../../server/contract/search.ts";
import { clock, day, name, postAddress, safeAddress, zoned } from "./format.ts";
import type { Html } from "./html.ts";
import { icon } from "./icons.ts";
import { mediaIcon } from "./media-kinds.ts";
import { link } from "./rich-text.ts";
import type { Words } from "../words/words.ts";

const longestAddress = 90;

/** Where posts lead: each address once a post, with the words it stood behind. */
export function linkTable(hits: readonly Hit[], words: Words): Html {
  const { channelTables: text } = words.text;
  const rows = hits.flatMap((hit) =>
    linksOf(hit).map(
      ({ address, says }) =>
        html`<tr>
          ${posted(hit)}
          <td dir="auto">${says !== undefined && html`<bdi>${name(says)}</bdi>`}</td>
          <td class="fold">${link(address, html`<bdi>${short(address)}</bdi>`)}</td>
        </tr>`,
    ),
  );
  return table([zoned(text.posted), text.words, text.address], rows);
}

interface Link {
  readonly address: string;
  /** The words it stands behind, where these are not the address itself. */
  readonly says?: string | undefined;
}

function linksOf({ text, entities, preview }: Hit): readonly Link[] {
  const inText = entities.flatMap(({ type, offset, length, url }): Link[] => {
    if (type !== "link") return [];
    const said = text.slice(offset, offset + length);
    const address = safeAddress(url) ?? safeAddress(said);
    if (address === undefined) return [];
    return [
      { address, says: address.includes(said.replace(/^https?:\/\//, "")) ? undefined : said },
    ];
  });
  const shown = safeAddress(preview?.url);
  const all = shown === undefined ? inText : [...inText, { address: shown, says: preview?.title }];
  return [...new Map(all.toReversed().map((one) => [one.address, one])).values()].toReversed();
}

const short = (address: string): string => {
  const bare = address.replace(/^https?:\/\//, "");
  return bare.length > longestAddress ? `${bare.slice(0, longestAddress).toWellFormed()}…` : bare;
};

/** What was attached that is no picture: kept files can be saved from here. */
export function fileTable(hits: readonly Hit[], words: Words): Html {
  const { channelTables: text, common } = words.text;
  const rows = hits.flatMap((hit) =>
    hit.media
      .filter(({ kind }) => isFile.has(kind))
      .map((media) => {
        const title = [media.performer, media.title].filter((part) => part !== undefined);
        const named =
          media.fileName ?? (title.length > 0 ? title.join(", ") : common.media[media.kind]);
        return html`<tr>
          ${posted(hit)}
          <td>${icon(mediaIcon(media.kind))} <bdi>${name(named)}</bdi></td>
          <td class="num">${media.size !== undefined && name(media.size)}</td>
          <td>${media.kept && html`<a href="${media.kept.url}" download>${text.save}</a>`}</td>
        </tr>`;
      }),
  );
  return table([zoned(text.posted), text.file, text.size, text.kept], rows);
}

const isFile: ReadonlySet<Hit["media"][number]["kind"]> = new Set(["file", "audio", "voice"]);

const posted = (hit: Hit): Html =>
  html`<th scope="row">
    <a href="${postAddress(hit)}"
      ><time datetime="${hit.publishedAt}"
        >${day(hit.publishedAt)} ${clock(hit.publishedAt).slice(0, 5)}</time
      ></a
    >
  </th>`;

const table = (heads: readonly (Html | string)[], rows: readonly Html[]): Html =>
  html`<div class="scroll section" tabindex="0">
    <table class="table">
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
