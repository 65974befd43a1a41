import type { HistoryPage } from "../../scraper/reading/history-page.ts";
import type { ResponseHead } from "../../scraper/reading/source.ts";
import { instant } from "../../scraper/instant.ts";
import type { Channel, Instant, Post } from "../../scraper/post.ts";
import type { RoomCheck } from "./copies/disk-room.ts";
import type { Database } from "./database.ts";
import { note } from "./journal/write-journal.ts";
import type { Origin } from "./origins.ts";
import type { PageSaved } from "./posts/archived-post.ts";
import { keepBody, type PageBody, samePage } from "./posts/bodies.ts";
import { closeLedger, openLedger } from "./posts/channel-ledger.ts";
import { channelRow } from "./posts/read-channels.ts";
import { type Ledger, type PostsTaken, savePosts } from "./posts/save-posts.ts";
import { laySpan } from "./posts/span-rows.ts";
import { newestOf, toldAsAdmitted, type ToldPost } from "./posts/told-post.ts";
import { type Admitted, admitted } from "./purge/admit.ts";
import { anyPurged, rangesOf } from "./purge/purged.ts";
import { holdLease } from "./runs/lease.ts";
import type { Lease, RunCounts } from "./runs/run.ts";

// How pages and files are taken into an archive. Loaded with the first of them: who only reads needs none of what reads posts.

/** What an archive gives to whoever writes into it. */
export interface Keeping {
  readonly db: Database;
  readonly now: () => Date;
  readonly hasRoom: RoomCheck;
}

export interface SaveOptions {
  readonly acceptMassAbsence?: boolean;
  /** The run the page belongs to: it is saved only while that run's lease holds. */
  readonly run?: {
    readonly lease: Lease;
    /** What the run has done, this page among it. */
    readonly countsWith: (saved: PageSaved) => RunCounts;
  };
}

/** Posts of one channel from one file. */
export interface ImportedPosts {
  readonly channel: Channel;
  readonly posts: readonly Post[];
  readonly origin: Exclude<Origin, "page">;
  readonly url: string;
  readonly at: Instant;
  /** The file itself, when it is a page. */
  readonly body?: Uint8Array;
}

/** What became of the posts of a file. `purged`: they were removed for good here, and stay out. */
export interface FileTaken extends PostsTaken {
  readonly purged: number;
}

/** A page that another archive read. */
export interface ToldPage extends Omit<PageBody, "head" | "parser"> {
  readonly channel: Channel;
  readonly head?: ResponseHead;
  /** What stands on it; absent where that is not understood. */
  readonly posts?: readonly Post[];
}

/** A page of which nothing is understood. */
export interface UnreadablePage {
  readonly channel: string;
  readonly url: string;
  readonly head?: ResponseHead;
  readonly body: Uint8Array;
  readonly readAt: Instant;
  readonly why: string;
  /** The lease of the run that read it. */
  readonly lease?: Lease;
}

/** As `Archive.savePage` says. @throws MassAbsence, DiskFull, LeaseLost */
export async function savePage(
  keeping: Keeping,
  page: HistoryPage,
  { acceptMassAbsence = false, run }: SaveOptions,
): Promise<PageSaved> {
  const { span, url, readAt: at } = page;
  const news = { ...page, origin: "page", at } as const;
  return change(keeping, news, async (tx, ledger, { posts, body }) => {
    const { no: channelNo, name } = ledger.channel;
    // What something purged was cut out of is not what the answer's head speaks of.
    const isWhole = body === page.body;
    const head = page.head && isWhole ? { head: page.head } : {};
    const about = { channel: name, channelNo, url, readAt: at, ...head };
    const bodyNo = body
      ? await keepPage(tx, ledger, { ...about, body, ...(span && { span }) })
      : null;
    const { last_read_at: last } = ledger.channel;
    ledger.channel.last_read_at = last !== null && last > at ? last : at;
    const batch = { posts, origin: "page", at, url, bodyNo, acceptMassAbsence } as const;
    const { page: saved } = await savePosts(tx, ledger, { ...batch, ...(span && { span }) });
    if (run) await holdLease(tx, run.lease, { counts: run.countsWith(saved) });
    return saved;
  });
}

/** As `Archive.saveImported` says. */
export async function saveImported(keeping: Keeping, batch: ImportedPosts): Promise<FileTaken> {
  const { origin, url, at } = batch;
  return change(keeping, batch, async (tx, ledger, { posts, body, leftOut }) => {
    const { no: channelNo, name } = ledger.channel;
    for (const range of rangesOf(leftOut))
      await laySpan(tx, ledger.channel, { ...range, readAt: at });
    const bodyNo = body
      ? await keepPage(tx, ledger, { channel: name, channelNo, url, body, readAt: at })
      : null;
    const { taken } = await savePosts(tx, ledger, { posts, origin, at, url, bodyNo });
    return { ...taken, purged: batch.posts.length - posts.length };
  });
}

/** As `Archive.saveTold` says. */
export async function saveTold(
  keeping: Keeping,
  channel: Channel,
  told: readonly ToldPost[],
): Promise<FileTaken> {
  const at = told.reduce((latest, one) => (one.lastSeenAt > latest ? one.lastSeenAt : latest), "");
  const all = told.flatMap(({ versions }) => versions.map(({ post }) => post));
  const batch = { channel, posts: all, origin: "archive-export", at } as const;
  return change(keeping, batch, async (tx, ledger, { posts: admittedOnes, leftOut }) => {
    for (const range of rangesOf(leftOut))
      await laySpan(tx, ledger.channel, { ...range, readAt: at });
    const kept = toldAsAdmitted(told, admittedOnes);
    const { taken } = await savePosts(tx, ledger, {
      posts: kept.map(newestOf),
      origin: "archive-export",
      at,
      url: "",
      bodyNo: null,
      told: new Map(kept.map((one) => [newestOf(one).id, one])),
    });
    return { ...taken, purged: told.length - kept.length };
  });
}

/** As `Archive.keepToldPage` says. */
export async function keepToldPage(keeping: Keeping, page: ToldPage): Promise<number | undefined> {
  const { channel, posts, head, body: whole, ...told } = page;
  const batch = { channel, posts: posts ?? [], origin: "archive-export", at: page.readAt } as const;
  return change(keeping, { ...batch, body: whole }, async (tx, ledger, { body }) => {
    const { no: channelNo, name } = ledger.channel;
    if (!body || (!posts && (await anyPurged(tx, name)))) return undefined;
    const kept = { ...told, channel: name, channelNo, body };
    const known = await samePage(tx, kept);
    if (known !== undefined) return known;
    return keepPage(tx, ledger, { ...kept, ...(head && body === whole && { head }) });
  });
}

/** As `Archive.keepUnreadable` says. */
export async function keepUnreadable({ db, now }: Keeping, page: UnreadablePage): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (page.lease) await holdLease(tx, page.lease, {});
    if (await anyPurged(tx, page.channel)) return;
    const archive = await tx.selectFrom("archive").selectAll().executeTakeFirstOrThrow();
    const channelNo = (await channelRow(tx, page.channel))?.no;
    const { last_body_no } = archive;
    const kept = { ...page, ...(channelNo !== undefined && { channelNo }) };
    await note(tx, [await keepBody(tx, archive, kept)], instant(now()));
    if (archive.last_body_no !== last_body_no)
      await tx.updateTable("archive").set({ last_body_no: archive.last_body_no }).execute();
  });
}

async function change<T>(
  { db, now, hasRoom }: Keeping,
  page: {
    readonly channel: Channel;
    readonly origin: Origin;
    readonly at: Instant;
    readonly posts: readonly Post[];
    readonly body?: Uint8Array;
  },
  work: (tx: Database, ledger: Ledger, kept: Admitted) => Promise<T>,
): Promise<T> {
  hasRoom();
  return db.transaction().execute(async (tx) => {
    const kept = await admitted(tx, { ...page, channel: page.channel.name });
    const ledger = await openLedger(tx, page, instant(now()));
    const result = await work(tx, ledger, kept);
    await closeLedger(tx, ledger, instant(now()));
    return result;
  });
}

/** Keeps a page and notes it; answers its number. */
async function keepPage(
  tx: Database,
  { archive, noted }: Ledger,
  page: Parameters<typeof keepBody>[2],
): Promise<number> {
  const kept = await keepBody(tx, archive, page);
  noted.push(kept);
  return kept.bodyNo;
}
