import { setImmediate as yieldToOthers } from "node:timers/promises";
import { instant } from "../../../scraper/instant.ts";
import type { Instant, PostKey } from "../../../scraper/post.ts";
import type { Database, Handles } from "../database.ts";
import { note } from "../journal/write-journal.ts";
import { eraseMarks } from "../posts/result-sets.ts";
import { nameKey } from "../name-key.ts";
import type { PurgeTable } from "../schema/schema.ts";
import { cutBodies } from "./cut-bodies.ts";
import { eraseMessages } from "./erase-messages.ts";
import { findAuthor, findQuotes } from "./find-purged.ts";
import { RemovedPosts } from "./purged.ts";
import { removePosts } from "./remove-posts.ts";
import { scrub } from "./scrub.ts";

export interface PurgeParts extends Handles {
  readonly file: string;
  /** Removes the files that no post shows any more. Called again after a crash: it must not mind. */
  readonly removeFiles?: () => Promise<void>;
}

/** What an order came to. */
export interface Purged {
  readonly kind: PurgeTable["kind"];
  readonly channel?: string;
  readonly posts: number;
  /** Kept pages that something was cut out of, and those that had to go as a whole. */
  readonly pagesCut: number;
  readonly pagesDropped: number;
  readonly askedAt: Instant;
  readonly doneAt?: Instant;
}

type Work = PurgeParts & { readonly no: number; readonly signal?: AbortSignal };
/** Does a bounded part of a step in one transaction; answers whether the step is over. */
type Step = (tx: Database, order: PurgeTable, work: Work) => Promise<boolean>;

const steps: readonly { readonly name: PurgeTable["step"]; readonly do: Step }[] = [
  { name: "find", do: findAuthor },
  { name: "quotes", do: findQuotes },
  { name: "bodies", do: cutBodies },
  { name: "posts", do: removePosts },
  { name: "sets", do: eraseSets },
];

/** Goes on with an order from the step it stands at; each part of a step is one transaction. */
export async function workOff(
  parts: PurgeParts,
  no: number,
  options: { readonly signal?: AbortSignal },
): Promise<Purged> {
  const work: Work = { ...parts, no, ...options };
  for (;;) {
    options.signal?.throwIfAborted();
    const order = await orderOf(parts.writer(), no);
    const at = steps.findIndex(({ name }) => name === order.step);
    const step = steps[at];
    if (!step) break;
    await parts
      .writer()
      .transaction()
      .execute(async (tx) => {
        const fresh = await orderOf(tx, no);
        if (fresh.step !== step.name) return;
        if (!(await step.do(tx, fresh, work))) return;
        const next = steps[at + 1]?.name ?? "scrub";
        await tx.updateTable("purge").set({ step: next, cursor: 0 }).where("no", "=", no).execute();
      });
    await yieldToOthers();
  }
  if ((await orderOf(parts.writer(), no)).step === "scrub") {
    await parts.removeFiles?.();
    await scrub(parts.file, options);
    const done = instant(parts.now());
    await parts
      .writer()
      .updateTable("purge")
      .set({ step: "done", done_at: done })
      .where("no", "=", no)
      .execute();
  }
  const order = await orderOf(parts.writer(), no);
  return {
    kind: order.kind,
    ...(order.channel !== null && { channel: order.channel }),
    posts: order.posts,
    pagesCut: order.pages_cut,
    pagesDropped: order.pages_dropped,
    askedAt: order.asked_at,
    ...(order.done_at !== null && { doneAt: order.done_at }),
  };
}

async function orderOf(db: Database, no: number): Promise<PurgeTable> {
  return db.selectFrom("purge").where("no", "=", no).selectAll().executeTakeFirstOrThrow();
}

/** Cited sets keep which posts they had, but no longer what a purged one said; messages that would say it are not sent. */
async function eraseSets(tx: Database, order: PurgeTable, { file }: Work): Promise<boolean> {
  const gone = new RemovedPosts(tx);
  const isGone = async ({ channel, id }: PostKey): Promise<boolean> =>
    order.kind === "channel" ? nameKey(channel) === order.channel : gone.any(channel, [id]);
  await eraseMarks(tx, isGone, file);
  await eraseMessages(tx, isGone);
  await note(tx, [{ event: { what: "purged", order: order.no } }], order.asked_at);
  return true;
}
