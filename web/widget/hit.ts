import type { BriefAnswer } from "../../server/contract/brief.ts";
import { base } from "./base.ts";
import type { Words } from "./words.ts";

export type Hit = BriefAnswer["hits"][number];

/** A hit as it stands in the list: where and when it was posted, and what surrounds what was found. */
export function hitParts(
  { channel, title, publishedAt, media = [], deleted, language, parts }: Hit,
  words: Words,
): Node[] {
  const { h } = base;
  return [
    h(
      "span",
      { class: "meta" },
      h("b", { dir: "auto" }, title || channel),
      h(
        "time",
        { datetime: publishedAt, dir: "ltr" },
        `${publishedAt.slice(0, 16).replace("T", " ")} UTC`,
      ),
      ...[
        ...media.map((kind) => words.media[kind] ?? kind),
        ...(deleted ? [words.deleted] : []),
      ].map((one) => h("span", {}, one)),
    ),
    h(
      "span",
      { class: "text", dir: "auto", ...(language && { lang: language }) },
      ...parts.map(({ hit, text }) => (hit ? h("mark", {}, text) : text)),
    ),
  ];
}
