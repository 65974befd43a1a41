import type { BriefAnswer } from "../../contract/brief.ts";
import type { SearchAnswer } from "../../contract/search.ts";

const longestExcerpt = 240;
const leadBeforeHit = 60;

type Counted = { readonly value: string; readonly count: number };
type Part = SearchAnswer["hits"][number]["parts"][number];

/** A search's answer as a list of hits needs it: no field that changes between two answers that say the same. */
export function briefly(answer: SearchAnswer, titles: ReadonlyMap<string, string>): BriefAnswer {
  const { query, parsed, total, totalIsExact, facets, suggestion, page, limit } = answer;
  const named = ({ value, count }: Counted): Counted & { readonly title?: string } => {
    const title = titles.get(value);
    return { value, ...(title !== undefined && { title }), count };
  };
  return {
    query,
    parsed,
    total,
    totalIsExact,
    hits: answer.hits.map((hit) => {
      const title = titles.get(hit.channel);
      const kinds = [...new Set(hit.media.map(({ kind }) => kind))];
      return {
        channel: hit.channel,
        ...(title !== undefined && { title }),
        id: hit.id,
        url: hit.url,
        publishedAt: hit.publishedAt,
        ...(hit.language !== undefined && { language: hit.language }),
        parts: excerpt(shownParts(hit)),
        ...(kinds.length > 0 && { media: kinds }),
        ...(hit.deleted && { deleted: true }),
      };
    }),
    facets: { ...facets, ...(facets.channel && { channel: facets.channel.map(named) }) },
    ...(suggestion && { suggestion }),
    page,
    limit,
  };
}

/** The text, or, where the text does not hold what was found, the other text that does. */
function shownParts({ parts, elsewhere }: SearchAnswer["hits"][number]): readonly Part[] {
  const found = parts.some(({ hit }) => hit) ? parts : (elsewhere[0] ?? parts);
  return found.map(({ text, hit }) => ({ text: text.replaceAll(/\s+/g, " "), hit }));
}

/** What surrounds the first hit, in whole words. */
function excerpt(parts: readonly Part[]): readonly Part[] {
  const first = parts.findIndex(({ hit }) => hit);
  const lead =
    first > 0
      ? parts
          .slice(0, first)
          .map(({ text }) => text)
          .join("")
      : "";
  const before = lead.length <= leadBeforeHit ? lead : `… ${fromWord(lead, leadBeforeHit)}`;
  const rest = first > 0 ? parts.slice(first) : parts;
  const kept: Part[] = before === "" ? [] : [{ text: before, hit: false }];
  let room = longestExcerpt - before.length;
  for (const { text, hit } of rest) {
    if (room <= 0) break;
    kept.push({ text: text.length <= room ? text : `${toWord(text, room)} …`, hit });
    room -= text.length;
  }
  return kept;
}

const fromWord = (text: string, most: number): string =>
  text.slice(text.indexOf(" ", text.length - most) + 1 || text.length - most);

function toWord(text: string, most: number): string {
  const space = text.lastIndexOf(" ", most);
  const end = space > most / 2 ? space : most;
  return text.slice(0, /[\uDC00-\uDFFF]/.test(text[end] ?? "") ? end - 1 : end);
}
