import { UsageError } from "../../scraper/errors.ts";
import type { PostKey } from "../../scraper/post.ts";
import { Archive } from "../archive/archive.ts";
import { PostMarks } from "../archive/posts/post-marks.ts";
import { citeSet } from "../export/cite-set.ts";
import type { EvidenceOrder } from "../export/evidence/write-evidence.ts";
import { mostPosts, writeEvidence } from "../export/evidence/write-evidence.ts";
import { manifestOf } from "../export/export-posts.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { findSet, setHash } from "../search/result-set.ts";
import { askedResult } from "../search/search-posts.ts";
import { number, plain } from "../terminal.ts";
import { type Desk, openDesk } from "../wiring/open-desk.ts";
import { bringUpToDate } from "./bring-up-to-date.ts";
import type { Session } from "./session.ts";
import { stampIfAsked } from "./stamp-if-asked.ts";
import { fileToWrite, sayingWhy, writeWhole } from "./write-whole.ts";

/** The flags of `evidence` as typed. */
export interface EvidenceFlags {
  readonly output: string;
  readonly force?: boolean;
}

/** Writes a package of evidence of what a query finds, or of posts named as `channel/id`. */
export async function evidence(
  session: Session,
  what: string,
  { output, force = false }: EvidenceFlags,
): Promise<ExitCode> {
  const { config, progress, signal } = session;
  const file = await fileToWrite(output, { mayReplace: force });
  await using desk = await openDesk(config, { inProcess: true, onlyReads: true });
  const keys = keysNamed(what);
  const order = keys ? await named(desk, keys) : await found(session, desk, what);
  refuseSize(order.marks.length);
  await stampIfAsked(session, desk);
  // Nothing that is written meanwhile may come between a post and the journal that tells of it.
  await using frozen = await Archive.open(desk.archive.file, { readOnly: true, frozen: true });
  let written: Awaited<ReturnType<typeof writeEvidence>> | undefined;
  const write = async (unfinished: string): Promise<void> => {
    written = await writeEvidence(frozen, unfinished, { ...order, now: new Date(), signal });
  };
  await sayingWhy(output, async () =>
    writeWhole({ name: file, write }, undefined, { mayReplace: force }),
  );
  if (!written) return exitCodes.unexpected;
  const { posts, pages, head, sha256, stamps } = written;
  progress.say(
    `${number(posts)} posts and ${number(pages)} pages in ${plain(output)}, proven up to entry ${number(head.entry)} of the journal:`,
  );
  progress.say(head.hash);
  if (stamps > 0) progress.say(`Time stamps in it: ${number(stamps)}`);
  progress.say(`SHA-256 of the file: ${sha256}`);
  return exitCodes.done;
}

type Order = Omit<EvidenceOrder, "now" | "signal">;

/** Every word `channel/id`, or the address of a post; undefined where one is not: then it is a query. */
function keysNamed(what: string): readonly PostKey[] | undefined {
  const words = what.trim().split(/[\s,]+/u);
  const keys = words.flatMap((word) => {
    const [, channel, id] =
      /^(?:@|(?:https?:\/\/)?t\.me\/(?:s\/)?)?([a-z]\w{2,31})\/(\d{1,10})$/iu.exec(word) ?? [];
    return channel === undefined ? [] : [{ channel, id: Number(id) }];
  });
  return keys.length === words.length ? keys : undefined;
}

/** @throws UsageError where one is not kept */
async function named({ archive }: Desk, keys: readonly PostKey[]): Promise<Order> {
  refuseSize(keys.length);
  const marks = new PostMarks();
  const seen = new Set<number>();
  for (const key of keys) {
    const post = await archive.post(key);
    if (!post) throw new UsageError(`${key.channel}/${key.id} is not kept here.`);
    if (seen.has(post.no)) continue;
    seen.add(post.no);
    marks.push({ ...post, deleted: post.deleted !== undefined });
  }
  return { marks, sha256: setHash(marks.inOrder()) };
}

async function found(session: Session, desk: Desk, query: string): Promise<Order> {
  const now = new Date();
  const asked = askedResult({ q: query }, { analyzer: desk.analyzer, now });
  for (const { message } of asked.warnings) session.progress.say(plain(message));
  await bringUpToDate(session, desk);
  const set = await findSet(desk, asked, { signal: session.signal });
  refuseSize(set.marks.length);
  if (!desk.readOnly) await citeSet(desk, set, now);
  const { query: canonical, asked: typed } = manifestOf(set, { now, typed: query });
  return {
    marks: set.marks,
    sha256: set.sha256,
    query: { query: canonical, ...(typed && { asked: typed }) },
  };
}

/** @throws UsageError */
function refuseSize(posts: number): void {
  if (posts === 0) throw new UsageError("Nothing is found: there is nothing to prove.");
  if (posts > mostPosts)
    throw new UsageError(
      `These are ${number(posts)} posts; a package holds at most ${number(mostPosts)}. Part them by dates: after:2024-01 before:2024-07.`,
    );
}
