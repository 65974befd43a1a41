import { setImmediate as yieldToOthers } from "node:timers/promises";
import { sql } from "kysely";
import type { IdRange } from "../../../scraper/reading/history-page.ts";
import type { Instant } from "../../../scraper/post.ts";
import type { Coverage, CoverageRange, IdClass, Look } from "../posts/archived-post.ts";
import type { Database } from "../database.ts";
import { purgedIn } from "../purge/purged.ts";
import { spanOf } from "../posts/span-rows.ts";
import type { ChannelTable } from "../schema/schema.ts";
import { type Span, gapsIn, utcDay } from "../spans.ts";

const idsAStep = 50_000;
const windowPosts = 100;
const windowMs = 48 * 3_600_000;

/** Classes every id from 1 to the channel's newest. Works through long channels in steps, others run in between. */
export async function coverageOf(db: Database, channel: ChannelTable): Promise<Coverage> {
  const newestId = channel.newest_id ?? 0;
  const spans = await spansOf(db, channel.no);
  const builder = new CoverageBuilder();
  for (let from = 1; from <= newestId; from += idsAStep) {
    const step = { from, to: Math.min(from + idsAStep - 1, newestId) };
    const { posts, parts, odd } = await idsIn(db, channel.no, step);
    const purged = await purgedIn(db, channel.name, step);
    builder.add(step, { posts, parts, odd, spans, purged });
    if (step.to < newestId) await yieldToOthers();
  }
  const { counts, imported, ranges } = builder;
  return { channel: channel.name, newestId, counts, imported, ranges };
}

class CoverageBuilder {
  readonly counts: Record<IdClass, number> = {
    kept: 0,
    part: 0,
    service: 0,
    deleted: 0,
    absent: 0,
    unread: 0,
    purged: 0,
  };
  readonly ranges: CoverageRange[] = [];
  imported = 0;

  add(
    step: IdRange,
    ids: KeptIds & {
      readonly spans: readonly Span[];
      readonly purged: readonly (IdRange & { readonly at: Instant })[];
    },
  ): void {
    const kept = ids.posts.flatMap((range) => cutOut(range, ids.odd));
    const parts = ids.parts.map((range) => ({ ...range, class: "part" as const }));
    const known = [...kept, ...parts]
      .toSorted((a, b) => a.from - b.from)
      .flatMap((range) => fromPagesAndFiles(range, ids.spans));
    for (const gap of gapsIn(known, step)) {
      const spans = ids.spans.filter((span) => span.from <= gap.to && span.to >= gap.from);
      for (const { from, to, readAt } of spans)
        known.push({
          from: Math.max(from, gap.from),
          to: Math.min(to, gap.to),
          class: "absent",
          asOf: readAt,
        });
      for (const hole of gapsIn(spans, gap)) known.push({ ...hole, class: "unread" });
    }
    const rest: CoverageRange[] = [];
    for (const range of known)
      for (const { from, to } of gapsIn(ids.purged, range)) rest.push({ ...range, from, to });
    const purged = ids.purged.map(({ from, to, at }) => ({
      from: Math.max(from, step.from),
      to: Math.min(to, step.to),
      class: "purged" as const,
      asOf: at,
    }));
    const all = [...rest, ...purged].toSorted((a, b) => a.from - b.from);
    for (const range of all) this.#push(range);
  }

  #push(range: CoverageRange): void {
    this.counts[range.class] += range.to - range.from + 1;
    if (range.imported) this.imported += range.to - range.from + 1;
    const last = this.ranges.at(-1);
    if (
      last &&
      last.to + 1 === range.from &&
      last.class === range.class &&
      last.imported === range.imported &&
      last.asOf === range.asOf
    )
      this.ranges[this.ranges.length - 1] = { ...last, to: range.to };
    else this.ranges.push(range);
  }
}

/** Kept ids cut into those that pages have spanned and those that only a file told of, ascending. */
function fromPagesAndFiles(range: CoverageRange, spans: readonly Span[]): readonly CoverageRange[] {
  const around = spans.filter((span) => span.from <= range.to && span.to >= range.from);
  const { class: idClass } = range;
  const files = gapsIn(around, range).map(({ from, to }): CoverageRange => ({
    from,
    to,
    class: idClass,
    imported: true,
  }));
  const pages = gapsIn(files, range).map(({ from, to }) => ({ from, to, class: idClass }));
  return [...files, ...pages].toSorted((a, b) => a.from - b.from);
}

interface KeptIds {
  readonly posts: readonly IdRange[];
  readonly parts: readonly IdRange[];
  readonly odd: readonly { readonly id: number; readonly kind: "service" | "deleted" | "kept" }[];
}

async function idsIn(db: Database, channelNo: number, step: IdRange): Promise<KeptIds> {
  return {
    posts: await runsOf(db, { table: "post", channelNo, step }),
    parts: await runsOf(db, { table: "member", channelNo, step }),
    odd: await db
      .selectFrom("post")
      .where("channel_no", "=", channelNo)
      .where("id", ">=", step.from)
      .where("id", "<=", step.to)
      .where("kind", "<>", sql.lit("kept"))
      .select(["id", "kind"])
      .orderBy("id")
      .execute(),
  };
}

/** Ids side by side as ranges, ascending. */
async function runsOf(
  db: Database,
  of: { readonly table: "post" | "member"; readonly channelNo: number; readonly step: IdRange },
): Promise<readonly IdRange[]> {
  const { table, channelNo, step } = of;
  const present = table === "member" ? sql`and gone_at is null` : sql``;
  const { rows } = await sql<IdRange>`
    select min(id) as "from", max(id) as "to" from (
      select id, id - row_number() over (order by id) as run from ${sql.table(table)}
      where channel_no = ${channelNo} and id >= ${step.from} and id <= ${step.to} ${present}
    ) as numbered group by run order by 1`.execute(db);
  return rows;
}

function cutOut(range: IdRange, odd: KeptIds["odd"]): readonly CoverageRange[] {
  const inside = odd.filter(({ id }) => range.from <= id && id <= range.to);
  const singles = inside.map(({ id, kind }) => ({ from: id, to: id, class: kind }));
  const rest = gapsIn(singles, range).map(({ from, to }) => ({
    from,
    to,
    class: "kept" as const,
  }));
  return [...rest, ...singles];
}

/** Ids from 1 to the newest that no page has spanned, newest first. */
export async function unreadOf(db: Database, channel: ChannelTable): Promise<readonly IdRange[]> {
  const newest = channel.newest_id ?? 0;
  if (newest === 0) return [];
  return gapsIn(await spansOf(db, channel.no), { from: 1, to: newest }).toReversed();
}

async function spansOf(db: Database, channelNo: number): Promise<readonly Span[]> {
  const rows = await db
    .selectFrom("span")
    .where("channel_no", "=", channelNo)
    .orderBy("from_id")
    .select(["from_id", "to_id", "read_at"])
    .execute();
  return rows.map(spanOf);
}

/** The ids of the newest 100 posts or of 48 hours, whichever is more, up to the newest id. */
export async function recentWindowOf(
  db: Database,
  channel: ChannelTable,
  now: Date,
): Promise<IdRange | undefined> {
  if (channel.newest_id === null || channel.posts === 0) return undefined;
  const posts = db.selectFrom("post").where("channel_no", "=", channel.no).select("id");
  const hundredth = await posts
    .orderBy("id", "desc")
    .offset(windowPosts - 1)
    .limit(1)
    .executeTakeFirst();
  const first = hundredth?.id ?? channel.first_id ?? 1;
  const since = new Date(now.getTime() - windowMs).toISOString();
  // Ids and dates rise together: the first post before the window that is too old ends it.
  const tooOld = await posts
    .where("id", "<", first)
    .where("published_at", "<", since)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  const oldestFresh = await posts
    .where("id", "<", first)
    .where("id", ">", tooOld?.id ?? 0)
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
  return { from: oldestFresh?.id ?? first, to: channel.newest_id };
}

/** The last look at each post published since a moment, deleted ones apart; ascending by id. */
export async function looksOf(
  db: Database,
  channel: ChannelTable,
  since: Date,
): Promise<readonly Look[]> {
  const posts = db.selectFrom("post").where("channel_no", "=", channel.no);
  // Ids and dates rise together: the first post that is too old ends it.
  const tooOld = await posts
    .where("published_at", "<", since.toISOString())
    .orderBy("id", "desc")
    .limit(1)
    .select("id")
    .executeTakeFirst();
  const rows = await posts
    .where("id", ">", tooOld?.id ?? 0)
    .where("kind", "<>", sql.lit("deleted"))
    .orderBy("id")
    .select(["id", "published_at", "last_seen_at", "last_absent_at"])
    .execute();
  return rows.map(({ id, published_at, last_seen_at, last_absent_at }) => ({
    id,
    publishedAt: published_at,
    lookedAt:
      last_absent_at !== null && last_absent_at > last_seen_at ? last_absent_at : last_seen_at,
  }));
}

/** Kept posts missed on an earlier UTC day and not yet called deleted, as ranges, newest first. */
export async function toConfirmOf(
  db: Database,
  channel: ChannelTable,
  now: Instant,
): Promise<readonly IdRange[]> {
  const rows = await db
    .selectFrom("post")
    .where("channel_no", "=", channel.no)
    .where("first_absent_at", "is not", null)
    .where("first_absent_at", "<", utcDay(now))
    .where("deleted_at", "is", null)
    .select("id")
    .execute();
  const ranges: IdRange[] = [];
  for (const { id } of rows.toSorted((a, b) => a.id - b.id)) {
    const last = ranges.at(-1);
    if (last?.to === id - 1) ranges[ranges.length - 1] = { from: last.from, to: id };
    else ranges.push({ from: id, to: id });
  }
  return ranges.toReversed();
}
