import { wholeSigns } from "../../../scraper/whole-signs.ts";
import type { ChangeAnswer } from "../../contract/changes.ts";
import type { ChannelAnswer } from "../../contract/channel.ts";
import type { PostAnswer } from "../../contract/kept-post.ts";
import type { Hit, SearchAnswer } from "../../contract/search.ts";
import { snippet } from "../../search/highlight.ts";

type Address = (path: string) => string | undefined;
/** A post as it is now, or as one of its versions was. */
type AnyPost = Pick<PostAnswer, PageField> & Partial<Omit<PostAnswer, PageField>>;
type PageField = "channel" | "id" | "ids" | "url" | "text" | "textState" | "entities" | "media";
type Parts = Hit["parts"];

const wholeLetters = 10_000;
const excerptLetters = 500;
const changeLetters = 1_200;
const smallLetters = 1_000;
const mostListed = 20;
const mostEarlier = 3;
const leadLetters = 200;

/** A post without what only programs need: of addresses that lapse, of places within its text. `letters`: of its text at most. */
export function postFor(
  post: AnyPost,
  { letters = wholeLetters, address }: { readonly letters?: number; readonly address: Address },
): object {
  const { channel, id, url, text, textState, ids, entities, media, rawHtml: _, ...rest } = post;
  const page = address(`/c/${channel}/${id}`);
  const links = new Set(entities.flatMap((entity) => entity.url ?? []));
  return {
    channel,
    id,
    url,
    ...(page !== undefined && { page }),
    text: text.length > letters ? wholeSigns(text, letters) : text,
    ...(text.length > letters && { textIsCut: true }),
    ...(textState !== "present" && { textState }),
    ...(ids.length > 1 && { ids }),
    ...(links.size > 0 && { links: bounded([...links]) }),
    ...(media.length > 0 && {
      media: bounded(media.map(({ url: _file, thumbnailUrl: _small, ...one }) => one)),
    }),
    ...(bounded(filled(rest)) as object),
  };
}

/** A hit, with what surrounds what was found. */
export function hitFor(hit: Hit, address: Address): object {
  const { parts, elsewhere, earlier = [], ...post } = hit;
  const { text, textIsCut } = excerpt(parts);
  return {
    ...postFor({ ...post, text }, { address }),
    ...(textIsCut && { textIsCut }),
    ...foundElsewhere(elsewhere),
    ...(earlier.length > 0 && { earlier: earlier.slice(0, mostEarlier).map(earlierFor) }),
  };
}

const earlierFor = ({
  version,
  seenAt,
  lastSeenAt,
  parts,
  elsewhere,
}: NonNullable<Hit["earlier"]>[number]): object => ({
  version,
  seenAt,
  lastSeenAt,
  ...excerpt(parts),
  ...foundElsewhere(elsewhere),
});

const foundElsewhere = (texts: readonly Parts[]): object => {
  const holding = texts.filter((parts) => parts.some(({ hit }) => hit));
  return holding.length === 0
    ? {}
    : { elsewhere: holding.slice(0, mostListed).map((parts) => excerpt(parts).text) };
};

function excerpt(parts: Parts): { readonly text: string; readonly textIsCut?: true } {
  const { parts: kept, cutBefore, cutAfter } = snippet(parts, excerptLetters);
  const text = kept.map((part) => part.text).join("");
  return {
    text: `${cutBefore ? "… " : ""}${text}${cutAfter ? " …" : ""}`,
    ...((cutBefore || cutAfter) && { textIsCut: true }),
  };
}

/** A change, its long texts cut around the first difference. */
export function changeFor(change: ChangeAnswer, address: Address): object {
  const { before, after, ...rest } = change;
  const same = before && after ? sharedStart(before.text, after.text) : 0;
  const from = same > leadLetters ? same - leadLetters : 0;
  const shown = (post: AnyPost): object => {
    const text = `${from > 0 ? "… " : ""}${post.text.slice(from).replace(/^[\uDC00-\uDFFF]/, "")}`;
    const told = postFor({ ...post, text }, { letters: changeLetters, address });
    return { ...told, ...(from > 0 && { textIsCut: true }) };
  };
  return {
    ...rest,
    ...(before && { before: shown(before) }),
    ...(after && { after: shown(after) }),
  };
}

function sharedStart(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

/** A channel without what lapses, and its address. */
export function channelFor(channel: ChannelAnswer): object {
  const { avatarUrl: _lapses, avatar: _face, ...rest } = channel;
  return { ...(bounded(rest) as object), url: `https://t.me/${channel.name}` };
}

/** How a word was taken, and what else it may mean. */
export const readingFor = ({
  word,
  taken,
  instead = [],
}: SearchAnswer["readings"][number]): object => ({
  word,
  taken: taken.map(({ lemma }) => lemma).slice(0, mostListed),
  ...(instead.length > 0 && { instead: instead.slice(0, mostListed) }),
});

/** Without lists of nothing. */
const filled = (fields: object): object =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  );

/** The same with long texts and long lists cut, whoever wrote them. */
function bounded(value: unknown): unknown {
  if (typeof value === "string")
    return value.length > smallLetters ? `${wholeSigns(value, smallLetters)} …` : value;
  if (Array.isArray(value)) return value.slice(0, mostListed).map(bounded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, bounded(one)]));
}
