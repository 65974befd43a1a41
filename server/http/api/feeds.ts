import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { latestInstant } from "../../../scraper/limits.ts";
import {
  atomFeed,
  authorOf,
  feedHtml,
  feedId,
  feedText,
  feedTitle,
  lastChange,
  titleOf,
  type FeedHead,
  type FeedPost,
} from "../../export/atom.ts";
import { allOf } from "../../search/query/build.ts";
import { fieldNode } from "../../search/query/fields.ts";
import { feedPost } from "../../export/feed-post.ts";
import { printQuery } from "../../search/query/print.ts";
import type { Query } from "../../search/query/tree.ts";
import { askedQuery, askedResult, type SearchParams } from "../../search/search-posts.ts";
import { jsonFeedAnswer } from "../../contract/json-feed.ts";
import { needs } from "../access/access.ts";
import { refusals, text } from "../describe.ts";
import type { Parts } from "../parts.ts";
import { Refusal } from "../problems.ts";
import { worldAddress } from "../world-address.ts";
import { askedShape, refuseOthers, type Within } from "./search.ts";

const newestShown = 50;
const pageSize = 100;

const request = {
  query: z.object({
    ...askedShape,
    archive: z
      .string()
      .regex(/^\d{4}-\d{2}(\.\d{1,6})?$/, "a month like 2026-01, and a page like 2026-01.2")
      .optional()
      .openapi({ description: "A page of the feed's archive (RFC 5005)" }),
  }),
};
const atom = createRoute({
  method: "get",
  path: "/api/v1/feed.atom",
  operationId: "getAtomFeed",
  middleware: needs("read", { channels: "own" }),
  summary: "The newest posts a query finds, as an Atom feed with an archive",
  request,
  responses: {
    ...refusals(400, 404, 503),
    200: {
      description: "RFC 4287, RFC 5005",
      content: { "application/atom+xml": { schema: text } },
    },
  },
});
const json = createRoute({
  method: "get",
  path: "/api/v1/feed.json",
  operationId: "getJsonFeed",
  middleware: needs("read", { channels: "own" }),
  summary: "The newest posts a query finds, as a JSON Feed",
  request,
  responses: {
    ...refusals(400, 404, 503),
    200: {
      description: "JSON Feed 1.1",
      content: { "application/feed+json": { schema: jsonFeedAnswer } },
    },
  },
});

/** `/feed.atom` and `/feed.json`: any query, followed. An edit or a deletion is an update of its entry. */
export function addFeedRoutes(app: OpenAPIHono, parts: Parts): void {
  app.openapi(atom, async (c) => {
    const feed = await feedOf(parts, {
      ...c.req.valid("query"),
      within: c.get("onlyChannels"),
      url: worldAddress(c, parts),
      signal: c.req.raw.signal,
    });
    const type = "application/atom+xml; charset=utf-8";
    return c.body(atomFeed(feed.head, feed.posts), 200, { "Content-Type": type });
  });
  app.openapi(json, async (c) => {
    const feed = await feedOf(parts, {
      ...c.req.valid("query"),
      within: c.get("onlyChannels"),
      url: worldAddress(c, parts),
      signal: c.req.raw.signal,
    });
    return c.json(jsonFeed(feed), 200, { "Content-Type": "application/feed+json" });
  });
}

interface Feed {
  readonly head: FeedHead;
  readonly posts: readonly FeedPost[];
  /** The page of the archive that goes on from here, as an address. */
  readonly older: string | undefined;
}

type Asked = { readonly [K in keyof SearchParams]: SearchParams[K] | undefined } & {
  readonly archive?: string | undefined;
  readonly url: URL;
  readonly signal: AbortSignal;
};

/**
 * One document of a feed. The archive's pages are full ones of up to 100 posts within a month of publication, oldest
 * first, so that what comes later changes none of another month; the feed itself holds all that is on no such page.
 */
async function feedOf(parts: Parts, { archive, url, signal, ...asked }: Asked): Promise<Feed> {
  refuseOthers(asked.within, asked.channel);
  const given = Object.fromEntries(
    Object.entries(asked).filter(
      ([key, value]) => value !== undefined && key !== "sort" && key !== "fold",
    ),
  ) as SearchParams;
  const now = parts.clock();
  const { root, warnings } = askedResult(given, { analyzer: parts.analyzer, now });
  const query = { root, warnings };
  const { within } = given;
  const pages = await archivePages(parts, query, { now, signal, within });
  const address = (page: string | undefined): string => {
    const to = new URL(url);
    to.searchParams.delete("archive");
    if (page !== undefined) to.searchParams.set("archive", page);
    return to.href;
  };
  const place =
    archive === undefined ? pages.length : pages.findIndex(({ name }) => name === archive);
  const here = pages[place];
  if (archive !== undefined && !here)
    throw new Refusal({
      kind: "not-found",
      status: 404,
      detail: `This feed has no archive page ${archive}.`,
    });
  const found = here
    ? await keysOn(parts, query, { ...here, signal, within })
    : await newestKeys(parts, query, { pages, now, signal, within });
  const posts = await Promise.all(
    (await parts.archive.posts(found)).map(async (post) => {
      const page = new URL(`/c/${encodeURIComponent(post.channel)}/${post.id}`, url).href;
      return feedPost(parts.archive, post, page);
    }),
  );
  const before = pages[place - 1];
  const after = pages[place + 1];
  const self = url.pathname.endsWith(".json") ? "application/feed+json" : "application/atom+xml";
  const html = new URL("/", url);
  const asQuery = printQuery(query);
  html.searchParams.set("q", asQuery);
  const { archiveId, createdAt } = await parts.archive.state();
  return {
    head: {
      id: feedId(archiveId, asQuery),
      title: feedTitle(asQuery),
      updatedAt: lastChange(posts) ?? createdAt,
      isArchive: here !== undefined,
      links: [
        { rel: "self", href: url.href, type: self },
        { rel: "alternate", href: html.href, type: "text/html" },
        ...(here ? [{ rel: "current", href: address(undefined) }] : []),
        ...(before ? [{ rel: "prev-archive", href: address(before.name) }] : []),
        ...(here && after ? [{ rel: "next-archive", href: address(after.name) }] : []),
      ],
    },
    posts,
    older: before && address(before.name),
  };
}

interface ArchivePage {
  readonly name: string;
  readonly month: string;
  /** From 1, oldest posts first. */
  readonly page: number;
}

/** Oldest first. Of the month that is not over only full pages count. */
async function archivePages(
  parts: Parts,
  query: Query,
  { now, signal, within }: Waiting & { readonly now: Date },
): Promise<readonly ArchivePage[]> {
  const { histogram } = await parts.engine.search(
    {
      ...plain(within),
      query: ofPossibleDates(query, now),
      sort: "new",
      offset: 0,
      limit: 1,
      histogram: "month",
    },
    { signal },
  );
  const current = now.toISOString().slice(0, 7);
  return (histogram?.bars ?? []).flatMap(({ start, count }) => {
    const month = start.slice(0, 7);
    const round = month < current ? Math.ceil : Math.floor;
    return Array.from({ length: round(count / pageSize) }, (_, place) => ({
      name: place === 0 ? month : `${month}.${place + 1}`,
      month,
      page: place + 1,
    }));
  });
}

/** An old archive may hold dates that cannot be: no feed can say them, and no page of its archive is theirs. */
function ofPossibleDates(query: Query, now: Date): Query {
  const at = { start: 0, end: 0 };
  const items = [{ text: `1970..${latestInstant(now)}`, at }];
  return { ...query, root: allOf([query.root, fieldNode({ name: "during", items, at }, now)]) };
}
const plain = (within: Within) =>
  ({ rankAll: false, prefixLast: false, facets: [], ...(within && { within }) }) as const;

interface Waiting {
  readonly signal: AbortSignal;
  /** The only channels that may be told of. */
  readonly within: Within;
}

async function keysOn(
  parts: Parts,
  query: Query,
  { month, page, signal, within }: ArchivePage & Waiting,
) {
  const inMonth = askedQuery(
    { q: joined(printQuery(query), `during:${month}`) },
    { analyzer: parts.analyzer, now: parts.clock() },
  );
  const request = {
    ...plain(within),
    query: inMonth,
    sort: "old",
    offset: (page - 1) * pageSize,
    limit: pageSize,
  } as const;
  const { hits } = await parts.engine.search(request, { signal });
  return hits.toReversed();
}

/** The newest posts, and never fewer than are on no page of the archive. */
async function newestKeys(
  parts: Parts,
  query: Query,
  {
    pages,
    now,
    signal,
    within,
  }: Waiting & { readonly pages: readonly ArchivePage[]; readonly now: Date },
) {
  const current = now.toISOString().slice(0, 7);
  const archived = pages.filter(({ month }) => month >= current).length * pageSize;
  const { total } = await parts.engine.search(
    {
      ...plain(within),
      query: askedQuery(
        { q: joined(printQuery(query), `after:${current}`) },
        { analyzer: parts.analyzer, now },
      ),
      sort: "new",
      offset: 0,
      limit: 1,
    },
    { signal },
  );
  const limit = Math.max(newestShown, total - archived);
  const { hits } = await parts.engine.search(
    { ...plain(within), query: ofPossibleDates(query, now), sort: "new", offset: 0, limit },
    { signal },
  );
  return hits;
}

const joined = (query: string, condition: string): string =>
  query === "" ? condition : `(${query}) ${condition}`;

function jsonFeed({ head, posts, older }: Feed): z.infer<typeof jsonFeedAnswer> {
  const link = (rel: string): string => head.links.find((one) => one.rel === rel)?.href ?? head.id;
  return {
    version: "https://jsonfeed.org/version/1.1",
    title: head.title,
    home_page_url: link("alternate"),
    feed_url: link("self"),
    ...(older !== undefined && { next_url: older }),
    items: posts.map((entry) => ({
      id: entry.post.url,
      url: entry.page ?? entry.post.url,
      external_url: entry.post.url,
      title: titleOf(entry),
      content_html: feedHtml(entry),
      content_text: feedText(entry),
      date_published: entry.post.publishedAt,
      date_modified: entry.updatedAt,
      authors: [{ name: authorOf(entry) }],
      tags: [entry.post.channel],
    })),
  };
}
