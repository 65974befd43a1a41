import type { PostAnswer } from "../../contract/kept-post.ts";
import type { SearchAnswer } from "../../contract/search.ts";
import { type Api, ApiRefusal, type Given, type RouteId } from "./ask-api.ts";
import { changeFor, channelFor, hitFor, postFor, readingFor } from "./lean.ts";

/** A whole number that a tool takes beside, or in narrower bounds than, what its route takes. */
export interface Bound {
  readonly least: number;
  readonly most: number;
  readonly usual: number;
  readonly says: string;
}

export interface Tool {
  readonly title: string;
  readonly description: string;
  /** The route whose parameters it takes, and which of them. */
  readonly route: RouteId;
  readonly takes: readonly string[];
  readonly numbers: Readonly<Record<string, Bound>>;
  readonly flags?: Readonly<Record<string, string>>;
  /** It keeps something; all others only read. */
  readonly keeps?: true;
  /** `given` holds what was sent, and each of `numbers`, checked; but for the page, from 1, which stands beside it. */
  readonly answer: (api: Api, given: Given, at: number) => Promise<object>;
}

const query = ["q", "channel", "after", "before", "has", "is", "lang"] as const;
const page = (most: number): Bound => ({
  least: 1,
  most,
  usual: 1,
  says: "`next` of the answer before goes on; there is none on the last page",
});
const neighbours: Bound = { least: 0, most: 10, usual: 3, says: "How many posts on this side" };

const versionsAPage = 5;
const channelsAPage = 50;
const rangesAPage = 200;
const stepsAPage = 400;
const changesAPage = 10;
/** As the API pages them. */
const changesAnApiPage = 50;
const mostIncomplete = 20;
const mostFacetValues = 30;

const grammar =
  'Words are found in all their forms (Russian, Ukrainian, English); a space is AND; also OR, -word, (…), "phrase", =form, ==exact, word*, *word, word~ for typos, a NEAR/5 b, and fields: in:channel author: after:2024-05 before: on: has:photo,video,file,link is:forward,reply,edited,deleted lang:ru link:host fwd: mentions: #tag views:>1000 id: was:word (in earlier versions). Deleted posts are found, marked.';

const table = {
  search: {
    title: "Search posts",
    description: `Posts of the archived Telegram channels that match a query, with the exact total. ${grammar} Without q every post, newest first.`,
    route: "search",
    takes: [...query, "sort", "fold", "facets"],
    numbers: {
      page: page(1_000_000),
      limit: { least: 1, most: 25, usual: 10, says: "Hits a page" },
    },
    async answer(api, given, at) {
      const found = await api.ask("search", { ...given, page: at });
      const { groups, total, limit } = found;
      return {
        ...foundOf(found),
        coverage: await coverageOf(api),
        page: at,
        limit,
        hits: found.hits.map((hit) => hitFor(hit, api.address)),
        ...facetsOf(found),
        ...(at * limit < (groups ?? total) && { next: at + 1 }),
      };
    },
  },
  histogram: {
    title: "Count posts over time",
    description: `How many posts match a query in each day, week, month or year; steps without any are left out. ${grammar}`,
    route: "search",
    takes: [...query, "histogram"],
    numbers: { page: page(10_000) },
    async answer(api, { histogram = "auto", ...given }, at) {
      const found = await api.ask("search", { ...given, histogram, limit: 1 });
      const counted = (found.histogram ?? []).filter(({ count }) => count > 0);
      const { items, next } = pageOf(counted, at, stepsAPage);
      return {
        ...foundOf(found),
        coverage: await coverageOf(api),
        step: found.histogramStep,
        histogram: items,
        ...next,
      };
    },
  },
  post: {
    title: "Read a post",
    description:
      "One post whole, as it is now, with its address, what became of it, and every version that was seen, oldest first.",
    route: "getPost",
    takes: ["channel", "id"],
    numbers: { page: page(10_000) },
    async answer(api, key, at) {
      const post = await api.ask("getPost", key);
      const { versions } = await api.ask("listVersions", key);
      const { items, next } = pageOf(versions, at, versionsAPage);
      return {
        post: postFor(post, { address: api.address }),
        // The current one stands above.
        versions: items.map(({ post: then, version, hash, seenAt, lastSeenAt, current }) =>
          current
            ? { version, hash, seenAt, lastSeenAt, current }
            : { version, hash, seenAt, lastSeenAt, post: postFor(then, { address: api.address }) },
        ),
        ...next,
      };
    },
  },
  context: {
    title: "Read around a post",
    description: "A post between those published before and after it in its channel.",
    route: "getContext",
    takes: ["channel", "id"],
    numbers: { before: neighbours, after: neighbours },
    async answer(api, given) {
      const { before, post, after } = await api.ask("getContext", given);
      const shown = (one: PostAnswer) => postFor(one, { letters: 1_200, address: api.address });
      return { before: before.map(shown), post: shown(post), after: after.map(shown) };
    },
  },
  channels: {
    title: "List channels",
    description:
      "The channels that are archived here: how many posts, from when to when, when last read, and `complete`, the share of their ids whose fate is known.",
    route: "listChannels",
    takes: [],
    numbers: { page: page(1_000) },
    async answer(api, _, at) {
      const { channels } = await api.ask("listChannels", {});
      const { items, next } = pageOf(channels, at, channelsAPage);
      return { total: channels.length, channels: items.map(channelFor), ...next };
    },
  },
  coverage: {
    title: "See what is known of a channel",
    description:
      "Every id of a channel, from 1 to the newest, classed: kept, part (of an album), service, deleted, absent (a page spanned it without showing it), unread (a hole: never spanned), purged. Says whether a search that finds nothing means that there was nothing.",
    route: "getCoverage",
    takes: ["channel"],
    numbers: { page: page(100_000) },
    async answer(api, key, at) {
      const { ranges, ...known } = await api.ask("getCoverage", key);
      const { items, next } = pageOf(ranges, at, rangesAPage);
      return { ...known, ranges: items, ...next };
    },
  },
  changes: {
    title: "See what changed",
    description:
      "Edits, deletions and returns of posts, the last seen first, with the post before and after. Long texts are cut around the first difference; `post` has them whole.",
    route: "listChanges",
    takes: ["since", "channel", "kind"],
    numbers: { page: page(500_000) },
    async answer(api, given, at) {
      const from = (at - 1) * changesAPage;
      const apiPage = Math.floor(from / changesAnApiPage) + 1;
      const { changes, next } = await api.ask("listChanges", { ...given, page: apiPage });
      const start = from % changesAnApiPage;
      const goesOn = start + changesAPage < changes.length || next !== undefined;
      return {
        changes: changes
          .slice(start, start + changesAPage)
          .map((change) => changeFor(change, api.address)),
        ...(goesOn && { next: at + 1 }),
      };
    },
  },
  cite: {
    title: "Cite a result",
    description:
      "Names all that a query finds by one SHA-256, with the canonical query and the state of the archive, so that it can be checked later. With keep=true the result is kept under an address of its own, which says what became of it since.",
    route: "citeSet",
    takes: [...query, "fold"],
    numbers: {},
    flags: { keep: "Keep the result, to be cited; takes a key with the scope admin" },
    keeps: true,
    async answer(api, { keep, ...given }) {
      if (keep !== true) return api.ask("exportPosts", { ...given, format: "manifest" });
      const { id, url: _, ...kept } = await api.ask("citeSet", given);
      const path = `/sets/${id}`;
      return { id, ...kept, page: api.address(path) ?? path };
    },
  },
} satisfies Readonly<Record<string, Tool>>;

/** Every tool. Each asks routes of the API and leaves away what only programs need; a page of an answer is some 40,000 characters at most. */
export const tools: ReadonlyMap<string, Tool> = new Map(Object.entries(table));

/** What an answer says of the query, whatever was found. */
const foundOf = (found: SearchAnswer) => ({
  query: found.query,
  parsed: found.parsed,
  warnings: found.warnings.map(({ message, at }) => ({ message, at })),
  readings: found.readings.map(readingFor),
  total: found.total,
  ...(found.groups !== undefined && { groups: found.groups }),
  totalIsExact: found.totalIsExact,
  ...(found.rankedWithin !== undefined && { rankedWithin: found.rankedWithin }),
  ...(found.suggestion && { suggestion: found.suggestion }),
  archive: found.archive,
});

/** Where they were asked for, the values found most. */
function facetsOf({ facets }: SearchAnswer): object {
  const most = Object.entries(facets).map(([name, values]) => [
    name,
    values.slice(0, mostFacetValues),
  ]);
  return most.length === 0 ? {} : { facets: Object.fromEntries(most) as object };
}

/** Which channels may hold posts that were never read. A key that may only search is not told. */
async function coverageOf({ ask }: Api): Promise<object | undefined> {
  const known = await ask("listChannels", {}).catch((error: unknown) => {
    if (error instanceof ApiRefusal && error.problem.status === 403) return undefined;
    throw error;
  });
  if (!known) return undefined;
  const { channels } = known;
  const incomplete = channels.filter(({ complete }) => complete < 1);
  return {
    channels: channels.length,
    incomplete: incomplete.length,
    ...(incomplete.length > 0 && {
      first: incomplete.slice(0, mostIncomplete).map(({ name, complete }) => ({ name, complete })),
    }),
  };
}

function pageOf<T>(all: readonly T[], at: number, size: number) {
  const end = at * size;
  return {
    items: all.slice(end - size, end),
    next: end < all.length ? { next: at + 1 } : {},
  };
}
