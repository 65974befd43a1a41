import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { channelPage, type TabContent } from "../../../web/pages/channel-page.ts";
import type { Calendar } from "../../../web/parts/calendar.ts";
import type { ChannelAbout } from "../../../web/parts/channel-about.ts";
import type { ArchivedChannel } from "../../archive/posts/archived-post.ts";
import type { SearchAnswer } from "../../contract/search.ts";
import type { SearchParams } from "../../search/search-posts.ts";
import { needs } from "../access/access.ts";
import { changesAPage } from "../api/changes-asked.ts";
import { channelQuery } from "../api/channel-query.ts";
import { keptChannel } from "../api/channels.ts";
import { shown } from "../api/posts.ts";
import { shownRun } from "../api/runs.ts";
import { search } from "../api/search.ts";
import { unreadPeriods } from "../api/unread.ts";
import type { Parts } from "../parts.ts";
import { refusalOfInput } from "../problems.ts";
import { frameOf, send } from "./desk.ts";

const dayMs = 86_400_000;
const firstYear = 1970;
/** As many as one search shows. */
const newestForwards = 100;
const postsAPage = 20;
const picturesAPage = 60;
const runsShown = 20;

/** What a tab is a search for, beside the channel. */
const has = {
  media: ["photo", "video", "gif", "round"],
  links: ["link"],
  files: ["file", "audio", "voice"],
} as const;

type Asked = z.infer<typeof channelQuery> & { readonly channel: ArchivedChannel };

/** `/c/{channel}`: its posts as it reads, and by tabs what else there is of it. */
export function addChannelPage(app: OpenAPIHono, parts: Parts): void {
  app.get("/c/:channel", needs("read"), (c) => channelRoute(c, parts));
}

async function channelRoute(c: Context, parts: Parts): Promise<Response> {
  const asked = c.req.param("channel") ?? "";
  const known = await runsInstead(c, parts, asked);
  if (known) return known;
  const channel = await keptChannel(parts, asked);
  if (channel.name !== asked) return c.redirect(`/c/${channel.name}`, 308);
  const given = channelQuery.safeParse(c.req.query());
  if (!given.success) throw refusalOfInput("query", given.error);
  const [frame, content, seen, media = 0, links = 0, files = 0] = await Promise.all([
    frameOf(c, parts),
    contentOf(c, parts, { ...given.data, channel }),
    parts.archive.countChanges({ channels: [channel.name] }),
    ...([has.media, has.links, has.files] as const).map(async (kinds) =>
      count(c, parts, { channel: [channel.name], has: kinds }),
    ),
  ]);
  const changes = seen.edited + seen.deleted + seen.returned;
  const counts = { posts: channel.posts, media, links, files, changes };
  return send(c, channelPage({ frame, channel, counts, content }));
}

async function contentOf(c: Context, parts: Parts, asked: Asked): Promise<TabContent> {
  const { channel, tab, page } = asked;
  if (tab === "about") return { tab, about: await aboutOf(c, parts, channel) };
  if (tab === "changes") return changesIn(parts, channel.name);
  if (tab === "runs") return { tab, runs: await channelRuns(parts, channel.name) };
  if (tab === "posts") return postsOf(c, parts, asked);
  const limit = tab === "media" ? picturesAPage : postsAPage;
  const answer = await search(c, parts, {
    channel: [channel.name],
    has: has[tab],
    sort: "new",
    limit,
    page,
  });
  const to = (other: number): string =>
    `/c/${channel.name}?tab=${tab}${other > 1 ? `&page=${other}` : ""}`;
  const stretch = {
    answer,
    ...(page > 1 && { newer: to(page - 1) }),
    ...(page * limit < answer.total && { older: to(page + 1) }),
  };
  return { tab, stretch };
}

/** What happened to posts of the channel, the last seen first. */
async function changesIn({ archive }: Parts, channel: string): Promise<TabContent> {
  const filter = { channels: [channel] };
  const changes = await archive.postChanges(filter, { offset: 0, limit: changesAPage });
  const since = changes.at(-1)?.at.slice(0, 10);
  const perDay = await archive.changesByDay({ ...filter, ...(since !== undefined && { since }) });
  return { tab: "changes", changes: changes.map(shown), perDay };
}

/** A stretch of the channel as it reads: the newest, from a day on, or what is older or newer than a post. */
async function postsOf(
  c: Context,
  parts: Parts,
  { channel, on, before: older, after: newer }: Asked,
): Promise<TabContent> {
  const [unread, answer] = await Promise.all([
    unreadPeriods(parts.archive, [channel.name]),
    newer === undefined
      ? search(c, parts, {
          channel: [channel.name],
          ...(older !== undefined && { q: `id:<${older}` }),
          ...(on !== undefined && { before: nextDay(on) }),
          sort: "new",
          limit: postsAPage,
        })
      : newerThan(c, parts, { channel, id: newer }),
  ]);
  const [first] = answer.hits;
  const last = answer.hits.at(-1);
  const within = async (q: string): Promise<number> =>
    count(c, parts, { channel: [channel.name], q });
  const [above, below, calendar] = await Promise.all([
    first ? within(`id:>${first.id}`) : 0,
    last && last.id > 1 ? within(`id:<${last.id}`) : 0,
    calendarOf(c, parts, { channel, on: on ?? first?.publishedAt.slice(0, 10), unread }),
  ]);
  const stretch = {
    answer,
    ...(first && above > 0 && { newer: `/c/${channel.name}?after=${first.id}` }),
    ...(last && below > 0 && { older: `/c/${channel.name}?before=${last.id}` }),
  };
  return { tab: "posts", stretch, unread, calendar };
}

/** The posts next above one, newest first as the others. */
async function newerThan(
  c: Context,
  parts: Parts,
  { channel, id }: { readonly channel: ArchivedChannel; readonly id: number },
): Promise<SearchAnswer> {
  const answer = await search(c, parts, {
    channel: [channel.name],
    q: `id:>${id}`,
    sort: "old",
    limit: postsAPage,
  });
  return { ...answer, sort: "new", hits: answer.hits.toReversed() };
}

/** The year of a day, with the posts of each of its days; undefined while there are none. */
async function calendarOf(
  c: Context,
  parts: Parts,
  {
    channel,
    on,
    unread,
  }: {
    readonly channel: ArchivedChannel;
    readonly on: string | undefined;
    readonly unread: Calendar["unread"];
  },
): Promise<Calendar | undefined> {
  const { oldest, newest } = channel;
  if (oldest === undefined || newest === undefined) return undefined;
  const year = Number((on ?? newest).slice(0, 4));
  // An old archive may hold dates that no search takes.
  if (year < firstYear || year > parts.clock().getUTCFullYear()) return undefined;
  const within = { channel: [channel.name], limit: 1, sort: "new" } as const;
  const [byYear, byDay] = await Promise.all([
    search(c, parts, { ...within, histogram: "year" }),
    search(c, parts, {
      ...within,
      after: `${year}-01-01`,
      before: `${year + 1}-01-01`,
      histogram: "day",
    }),
  ]);
  const years = (byYear.histogram ?? [])
    .filter((bar) => bar.count > 0)
    .map((bar) => ({ year: Number(bar.start.slice(0, 4)), count: bar.count }))
    .toReversed();
  return {
    channel: channel.name,
    year,
    years,
    days: new Map((byDay.histogram ?? []).map((bar) => [bar.start.slice(0, 10), bar.count])),
    unread,
    from: oldest.slice(0, 10),
    to: newest.slice(0, 10),
    on,
  };
}

async function aboutOf(c: Context, parts: Parts, channel: ArchivedChannel): Promise<ChannelAbout> {
  const now = parts.clock();
  const since = (days: number): string =>
    new Date(now.getTime() - days * dayMs).toISOString().slice(0, 10);
  const [week, month, forwards, forwarding, coverage, unread, samples, posts] = await Promise.all([
    count(c, parts, { q: `in:${channel.name} after:${since(7)}` }),
    count(c, parts, { q: `in:${channel.name} after:${since(30)}` }),
    search(c, parts, { q: `in:${channel.name} is:forward`, sort: "new", limit: newestForwards }),
    search(c, parts, {
      q: `fwd:@${channel.name} -in:${channel.name}`,
      limit: 1,
      facets: ["channel"],
    }),
    parts.archive.kept(channel.name).coverage(),
    unreadPeriods(parts.archive, [channel.name]),
    parts.archive.kept(channel.name).samples(),
    search(c, parts, {
      channel: [channel.name],
      sort: "new",
      limit: 1,
      histogram: "auto",
      facets: ["tag", "link"],
    }),
  ]);
  const isRead = channel.lastReadAt !== undefined && channel.lastReadAt >= since(7);
  return {
    coverage,
    posts,
    unread,
    pace: { week, month, isRead },
    samples,
    forwards: {
      own: forwards.total,
      newest: forwards.hits.length,
      of: sourcesOf(forwards.hits),
      by: forwarding.facets.channel ?? [],
    },
  };
}

async function count(c: Context, parts: Parts, asked: SearchParams): Promise<number> {
  const { total } = await search(c, parts, { ...asked, limit: 1 });
  return total;
}

const nextDay = (day: string): string =>
  new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10);

/** A channel of which nothing is kept yet has no page, but its runs have: pages name it as soon as somebody asks for it. */
async function runsInstead(
  c: Context,
  { archive }: Parts,
  name: string,
): Promise<Response | undefined> {
  if (await archive.channel(name)) return undefined;
  const [run] = await archive.runs.list({ channel: name, limit: 1 });
  if (!run && !(await archive.schedules.get(name))) return undefined;
  return c.redirect(`/runs?${new URLSearchParams({ channel: run?.channel ?? name }).toString()}`);
}

/** Where these posts were forwarded from, the most frequent first. */
function sourcesOf(
  hits: SearchAnswer["hits"],
): { readonly name: string; readonly channel: string | undefined; readonly count: number }[] {
  const forwards = hits.flatMap(({ forward }) => forward ?? []);
  const bySource = Map.groupBy(forwards, ({ channel, name }) => channel?.toLowerCase() ?? name);
  return [...bySource.values()]
    .flatMap((same) => {
      const [first] = same;
      return first ? [{ name: first.name, channel: first.channel, count: same.length }] : [];
    })
    .toSorted((a, b) => b.count - a.count);
}

/** The newest runs of a channel, and its newest failure if that is older. */
async function channelRuns({ archive }: Parts, channel: string) {
  const [newest, failed] = await Promise.all([
    archive.runs.list({ channel, limit: runsShown }),
    archive.runs.list({ channel, state: "failed", limit: 1 }),
  ]);
  const older = failed.filter(({ id }) => newest.every((run) => run.id !== id));
  return [...newest, ...older].map(shownRun);
}
