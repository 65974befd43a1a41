import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { accepts } from "hono/accepts";
import { channelName } from "../../../scraper/channel-name.ts";
import type { ArchivedChannel, ArchivedPost } from "../../archive/posts/archived-post.ts";
import type { AddChannel } from "../../../web/pages/add-channel.ts";
import { citationOf } from "../../../web/parts/citation.ts";
import { type Faces, facesOf } from "../../../web/parts/faces.ts";
import { channelsPage } from "../../../web/pages/channels-page.ts";
import { postPage } from "../../../web/pages/post-page.ts";
import type { Html } from "../../../web/parts/html.ts";
import type { Frame } from "../../../web/parts/layout.ts";
import { problemPage as drawProblem } from "../../../web/pages/problem-page.ts";
import { faultPage } from "../../../web/pages/fault-page.ts";
import { firstRunPage } from "../../../web/pages/first-run-page.ts";
import { searchPage, type SearchView } from "../../../web/pages/search-page.ts";
import { hasFilters, viewOf, type Asked } from "../../../web/parts/asked.ts";
import type { Trail } from "../../../web/parts/trail.ts";
import { setPage } from "../../../web/pages/set-page.ts";
import { isLanguage, languages, wordsIn, type Words } from "../../../web/words/words.ts";
import { citeSet, setId } from "../../export/cite-set.ts";
import { exportFormats, formatOf } from "../../export/formats.ts";
import { offeredFields } from "../../search/query/fields.ts";
import { BadParameter, QuerySyntaxError } from "../../search/query/query-errors.ts";
import { askedQuery, leavesNothing, type SearchParams } from "../../search/search-posts.ts";
import { isOneOf, needs } from "../access/access.ts";
import { maySeeAll } from "../access/may-see-all.ts";
import { addingAddress } from "./adding-address.ts";
import { assets } from "./assets.ts";
import { islands } from "./islands.ts";
import type { PostTwin } from "../../contract/post-twin.ts";
import type { Problem } from "../../contract/problem.ts";
import type { SearchAnswer } from "../../contract/search.ts";
import { setOfQuery } from "../api/export.ts";
import { wrongChannel } from "../access/guard.ts";
import { ownAddress } from "../own-address.ts";
import { readiness } from "../health.ts";
import { formOf } from "./form.ts";
import type { Parts } from "../parts.ts";
import { listedFor } from "../api/channels.ts";
import { keptPost, postNumber, shown } from "../api/posts.ts";
import { problemOf, refusalOfInput } from "../problems.ts";
import { hitQuery, pageQuery, search, toParams } from "../api/search.ts";
import { replayed } from "../api/sets.ts";
import { unreadPeriods } from "../api/unread.ts";
import { worldAddress } from "../world-address.ts";
import { ownCommand } from "../../../scraper/own-command.ts";

const aYearSeconds = 31_536_000;
const mostConditionsTried = 6;
export const mostChannelsHatched = 12;
/** What a gallery shows. */
const pictures = ["photo", "video", "gif", "round"] as const;

/** The pages: what the API answers, drawn for people. */
export function addPages(app: OpenAPIHono, parts: Parts): void {
  app.get("/", needs("read"), (c) => searchRoute(c, parts));
  app.get("/channels", needs("read"), (c) => channelsRoute(c, parts));
  app.post("/channels", needs("scrape", { channels: "own" }), (c) => addRoute(c, parts));
  app.get("/sets/:hash", needs("read"), (c) => setRoute(c, parts));
  app.post("/sets", needs("admin"), (c) => citeRoute(c, parts));
  app.get("/c/:channel/:id", needs("read"), (c) => postRoute(c, parts));
}

/** A problem as a page, with its own status. */
export async function problemPage(c: Context, parts: Parts, problem: Problem): Promise<Response> {
  return send(c, drawProblem(await frameOf(c, parts), problem), problem.status);
}

async function searchRoute(c: Context, parts: Parts): Promise<Response> {
  const frame = await frameOf(c, parts);
  const asked = askedOf(c);
  const query = pageQuery.safeParse(givenIn(c));
  if (!query.success) throw refusalOfInput("query", query.error);
  if (frame.archive?.posts === 0 && asked.q === "") return send(c, firstRunPage(frame));
  try {
    const { view: _view, cols: _cols, timeline: _timeline, ...given } = query.data;
    const params = toParams(given);
    const counted = countedOf(parts, params);
    const answer = await search(c, parts, {
      ...params,
      ...onlySeen(asked),
      facets: ["channel", "has", "is", "lang", "tag"],
      histogram: query.data.histogram ?? "auto",
    });
    const found = (answer.facets.channel ?? []).slice(0, mostChannelsHatched);
    const [covered, faces, unread, without] = await Promise.all([
      coveredOf(parts, answer),
      allFaces(parts),
      unreadPeriods(
        parts.archive,
        found.map(({ value }) => value),
      ),
      answer.total === 0 ? withoutEach(c, parts, answer) : [],
    ]);
    return send(c, searchPage({ frame, asked, answer, counted, faces, covered, unread, without }));
  } catch (error) {
    if (error instanceof QuerySyntaxError)
      return send(c, faultPage(frame, asked, problemOf(error)), 400);
    if (error instanceof BadParameter)
      return send(c, faultPage(frame, asked, problemOf(error)), 400);
    throw error;
  }
}

/** A gallery has what can be seen in it, unless the address says what. */
const onlySeen = (asked: Asked): Pick<SearchParams, "has"> =>
  viewOf(asked) === "gallery" && asked.has === "" ? { has: pictures } : {};

/** How much of what was asked for counts, as for an export of the same parameters. @throws QuerySyntaxError, BadParameter */
function countedOf({ analyzer, clock }: Parts, params: SearchParams): SearchView["counted"] {
  const now = clock();
  if (leavesNothing(params.q ?? "", { analyzer, now })) return "nothing";
  return askedQuery(params, { analyzer, now }).warnings.length > 0 ? "part" : "all";
}

async function channelsRoute(
  c: Context,
  parts: Parts,
  refused?: { readonly form: AddChannel; readonly status: number },
): Promise<Response> {
  const [drawn, { channels, runs }] = await Promise.all([frameOf(c, parts), listedFor(c, parts)]);
  const frame = {
    ...drawn,
    archive: drawn.archive && { ...drawn.archive, ...figuresOf(channels) },
  };
  if (channels.length === 0 && runs.length === 0)
    return send(c, firstRunPage(frame, refused?.form), refused?.status);
  const known = await Promise.all(channels.map(({ name }) => parts.archive.kept(name).coverage()));
  const coverage = new Map(known.flatMap((one) => (one ? [[one.channel, one]] : [])));
  const view = { frame, channels, coverage, runs, ...(refused && { form: refused.form }) };
  return send(c, channelsPage(view), refused?.status);
}

/** The figures of the archive as these rows have them: while a run saves pages, asking again would tell others. */
const figuresOf = (
  channels: readonly Pick<ArchivedChannel, "posts" | "newest">[],
): { posts: number; channels: number; newest: string | undefined } => ({
  posts: channels.reduce((sum, { posts }) => sum + posts, 0),
  channels: channels.length,
  newest: channels
    .flatMap(({ newest }) => newest ?? [])
    .toSorted()
    .at(-1),
});

/** The form's answer: the page on which it comes in; or the form again, with what is wrong. */
async function addRoute(c: Context, parts: Parts): Promise<Response> {
  const typed = (await formOf(c)).one("channel") ?? "";
  try {
    const channel = channelName(typed);
    const only = c.get("onlyChannels");
    if (only && !isOneOf(only, channel)) throw wrongChannel(only);
    await parts.addChannel(channel);
    return c.redirect(addingAddress(channel), 303);
  } catch (error) {
    const { status, detail, id } = problemOf(error);
    if (id !== undefined) throw error;
    return channelsRoute(c, parts, { form: { typed, detail }, status });
  }
}

async function postRoute(c: Context, parts: Parts): Promise<Response> {
  const typed = c.req.param("id") ?? "";
  const number = typed.replace(/\.json$/, "");
  if (!postNumber.test(number)) return c.notFound();
  const id = Number(number);
  const twin = typed.endsWith(".json") || prefersJson(c);
  const key = { channel: c.req.param("channel") ?? "", id };
  const post = await keptPost(parts, key);
  if (post.channel !== key.channel || post.id !== id)
    return c.redirect(
      `/c/${post.channel}/${post.id}${typed.endsWith(".json") ? ".json" : ""}`,
      308,
    );
  if (twin) return postTwin(c, parts, post);
  const [page, frame, channel, around, coverage, versions, samples] = await Promise.all([
    parts.archive.pageBody(post),
    frameOf(c, parts),
    parts.archive.channel(post.channel),
    parts.archive.context(post, { before: 5, after: 5 }),
    parts.archive.kept(post.channel).coverage(),
    parts.archive.versions(post),
    parts.archive.samples(post),
  ]);
  const context = {
    before: around.before.map(shown),
    post: shown(post),
    after: around.after.map(shown),
  };
  const version = versionOf(c.req.query("v"), versions.length);
  const trail = await trailOf(c, parts, { post, around });
  const known = { frame, channel, trail, context, coverage, versions, version, samples, page };
  return send(c, postPage(known));
}

/** The hits beside this one, where it was opened from a search; else its neighbours in the channel. */
async function trailOf(
  c: Context,
  parts: Parts,
  {
    post,
    around,
  }: {
    readonly post: ArchivedPost;
    readonly around: {
      readonly before: readonly ArchivedPost[];
      readonly after: readonly ArchivedPost[];
    };
  },
): Promise<Trail> {
  const query = hitQuery.safeParse(givenIn(c));
  if (!query.success) throw refusalOfInput("query", query.error);
  const { hit, view: _view, cols: _cols, timeline: _timeline, histogram: _, ...given } = query.data;
  const inChannel = { previous: around.before.at(-1), next: around.after[0] };
  if (hit === undefined) return inChannel;
  const asked = askedOf(c);
  const params = { ...toParams(given), ...onlySeen(asked) };
  const at = async (page: number) => search(c, parts, { ...params, limit: 1, page });
  const [before, here, after] = await Promise.all([
    hit > 1 ? at(hit - 1) : undefined,
    at(hit),
    at(hit + 1),
  ]);
  // Posts that came since may have moved it.
  const [found] = here.hits;
  if (found?.channel !== post.channel || found.id !== post.id) return inChannel;
  return {
    origin: {
      asked,
      hit,
      query: hasFilters(asked) ? here.parsed : asked.q,
      total: after.groups ?? after.total,
    },
    previous: before?.hits[0],
    next: after.hits[0],
  };
}

/** @throws BadParameter for a version that the post does not have: the newest would be taken for it. */
function versionOf(typed: string | undefined, versions: number): number | undefined {
  if (typed === undefined || typed === "") return undefined;
  if (/^[1-9]\d{0,6}$/.test(typed) && Number(typed) <= versions) return Number(typed);
  throw new BadParameter("v", `v: takes the number of a version of this post, 1 to ${versions}.`);
}

/** The post's page for programs: all of it, at the same address. */
async function postTwin(c: Context, parts: Parts, post: ArchivedPost): Promise<Response> {
  const [channel, versions, samples] = await Promise.all([
    parts.archive.channel(post.channel),
    parts.archive.versions(post),
    parts.archive.samples(post),
  ]);
  const plain = shown(post);
  const citation = citationOf(plain, channel?.title ?? post.channel);
  c.header("Vary", "Accept");
  return c.json({ post: plain, versions, samples, citation } satisfies PostTwin);
}

const prefersJson = (c: Context): boolean =>
  accepts(c, {
    header: "Accept",
    supports: ["text/html", "application/json"],
    default: "text/html",
  }) === "application/json";

/** What a query without hits would find with one condition less. */
async function withoutEach(c: Context, parts: Parts, answer: SearchAnswer) {
  const pieces = answer.pieces.length > 1 ? answer.pieces.slice(0, mostConditionsTried) : [];
  return Promise.all(
    pieces.map(async ({ text, without }) => {
      const { total } = await search(c, parts, { q: without, limit: 1 });
      return { piece: text, query: without, total };
    }),
  );
}

/** The parameters of an address, as its routes take them: one that is repeated is a list. */
export function givenIn(c: Context): Record<string, string | string[]> {
  const given = Object.entries(c.req.queries());
  return Object.fromEntries(given.map(([name, all]) => [name, all.length > 1 ? all : all.join()]));
}

/** What the address asks for, as typed; a repeated parameter is one list. */
function askedOf(c: Context): Asked {
  const given = (key: string): string => c.req.queries(key)?.join(",") ?? "";
  return {
    q: c.req.query("q") ?? "",
    channel: given("channel"),
    after: given("after"),
    before: given("before"),
    has: given("has"),
    is: given("is"),
    lang: given("lang"),
    sort: given("sort"),
    fold: given("fold"),
    rank: given("rank"),
    limit: given("limit"),
    histogram: given("histogram"),
    page: given("page"),
    view: given("view"),
    cols: given("cols"),
    timeline: given("timeline"),
  };
}

/** How much is known of the channels that a search found something in. */
async function coveredOf({ archive }: Parts, { facets }: SearchAnswer) {
  const found = new Set((facets.channel ?? []).map(({ value }) => value.toLowerCase()));
  const channels = (await archive.channels()).filter(({ name }) => found.has(name.toLowerCase()));
  const ids = channels.reduce((sum, { newestId = 0 }) => sum + newestId, 0);
  const known = channels.reduce((sum, { newestId = 0, complete }) => sum + newestId * complete, 0);
  if (ids === 0) return undefined;
  const [readAt] = channels.flatMap(({ lastReadAt }) => lastReadAt ?? []).toSorted();
  const isRead = channels.every(({ imported, lastReadAt }) => imported === 0 && lastReadAt);
  return { share: known / ids, ...(isRead && readAt !== undefined && { readAt }) };
}

async function setRoute(c: Context, parts: Parts): Promise<Response> {
  const { signal } = c.req.raw;
  const set = await replayed(parts, c.req.param("hash") ?? "", {
    query: c.req.query("query"),
    signal,
  });
  return send(c, setPage(await frameOf(c, parts), set));
}

/** The form's answer: the page of what was cited. */
async function citeRoute(c: Context, parts: Parts): Promise<Response> {
  const q = (await formOf(c)).one("q") ?? "";
  const found = await setOfQuery(
    parts,
    { q },
    { signal: c.req.raw.signal, within: c.get("onlyChannels") },
  );
  await citeSet(parts, found, parts.clock());
  const { query, sha256 } = found;
  return c.redirect(`/sets/${setId(sha256)}?${new URLSearchParams({ query }).toString()}`, 303);
}

/** Of every channel that is kept, for a page that may name any of them. */
export const allFaces = async ({ archive }: Parts): Promise<Faces> =>
  facesOf(await archive.channels());

/** What every page shows besides its own matter; a page is drawn even when the archive cannot be asked. */
export async function frameOf(c: Context, parts: Parts): Promise<Frame> {
  const { archive, index } = await readiness(parts);
  const may = c.get("may") ?? (() => false);
  return {
    words: wordsFor(c),
    address: addressOf(c),
    origin: worldAddress(c, parts).origin,
    embeddedBy: parts.embeddedBy ?? [],
    changesOpen: may("scrape"),
    adminOpen: may("admin"),
    command: ownCommand,
    fields: offeredFields,
    formats: exportFormats.map((format) => ({ format, name: formatOf(format).name })),
    ...(!parts.changesOpen && { door: c.get("entered") ? "leave" : "enter" }),
    assets: { ...assets, islands },
    archive:
      archive.open && maySeeAll(c) ? { ...archive, indexBehind: index.behind ?? 0 } : undefined,
  };
}

/** The page's own address; for the answer to a form that of the page the form stood on, as a link cannot send it again. */
function addressOf(c: Context): string {
  const asked = new URL(c.req.url);
  if (c.req.method === "GET" || c.req.method === "HEAD") return ownAddress(asked);
  const referrer = c.req.header("referer") ?? "";
  const from = URL.canParse(referrer) ? new URL(referrer) : undefined;
  return from?.host === (c.req.header("host") ?? asked.host) ? ownAddress(from) : "/";
}

/** The language asked for in the address (and then kept), else kept, else the browser's. */
function wordsFor(c: Context): Words {
  const asked = c.req.query("ui");
  if (isLanguage(asked)) {
    setCookie(c, "ui", asked, {
      path: "/",
      maxAge: aYearSeconds,
      sameSite: "Lax",
      httpOnly: true,
    });
    return wordsIn(asked);
  }
  const known = getCookie(c, "ui");
  if (isLanguage(known)) return wordsIn(known);
  const browser = accepts(c, {
    header: "Accept-Language",
    supports: languages.map(({ lang }) => lang),
    default: "en",
    match: (accepted) =>
      accepted.map(({ type }) => type.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en",
  });
  return wordsIn(isLanguage(browser) ? browser : "en");
}

export async function send(c: Context, page: Html, status = 200): Promise<Response> {
  c.header("Vary", "Accept, Accept-Language, Cookie");
  return c.html(await page, status as 200);
}
