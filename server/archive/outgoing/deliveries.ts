import { randomBytes } from "node:crypto";
import type { Selectable } from "kysely";
import type { Instant } from "../../../scraper/post.ts";
import type { Database, Handles } from "../database.ts";
import type { DeliveryTable } from "../schema/schema.ts";

/** A message for a webhook. */
export interface NewDelivery {
  readonly url: string;
  /** `whsec_…` (base64 of the key), or any text, whose bytes are the key. */
  readonly secret: string;
  /** What happened, like `search.matched`. */
  readonly event: string;
  /** The matter of the message: JSON. */
  readonly body: unknown;
  /** Whose message it is, to list it by; `other` unless said. */
  readonly source?: string;
}

/** How a message stands; neither its secret nor its matter. */
export interface Delivery {
  /** The same at every try: the receiver knows a message by it. */
  readonly id: string;
  readonly source: string;
  readonly url: string;
  readonly event: string;
  readonly state: "waiting" | "sent" | "given-up";
  readonly tries: number;
  readonly addedAt: Instant;
  /** Only while it waits. */
  readonly nextTryAt?: Instant;
  readonly triedAt?: Instant;
  /** What the last try came to, in words. */
  readonly answer?: string;
}

/** A message in the hands of one sender until `leasedUntil`. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  /** The bytes to send and to sign. */
  readonly body: string;
  /** This try's number, from 1. */
  readonly tries: number;
  readonly lease: string;
}

/** What a try came to: it arrived; it is to be tried again after `waitMs`; or it ends, for this message or for its address. */
export type TryResult =
  | { readonly kind: "sent"; readonly answer: string }
  | { readonly kind: "again"; readonly answer: string; readonly waitMs: number }
  | { readonly kind: "given-up"; readonly answer: string }
  | { readonly kind: "gone"; readonly answer: string };

/** Too many messages wait already: nothing was added. */
export class DeliveriesFull extends Error {
  override name = "DeliveriesFull";
}

const mostWaiting = 10_000;
const mostBodyBytes = 512 * 1024;
const endedKept = 50;
const mostListed = 1_000;
const idBytes = 18;

/** Messages to webhooks, kept until they arrived or were given up; each in one sender's hands at a time. */
export class Deliveries {
  readonly #handles: Handles;

  constructor(options: Handles) {
    this.#handles = options;
  }

  /** Keeps a message to be sent. To an address that answered 410 it is given up at once. @throws DeliveriesFull */
  async add(message: NewDelivery): Promise<Delivery> {
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => addDelivery(tx, message, this.#handles.now()));
  }

  /** Newest first. */
  async list({
    source,
    limit,
  }: {
    readonly source?: string;
    readonly limit: number;
  }): Promise<readonly Delivery[]> {
    let query = this.#handles.reader.selectFrom("delivery").selectAll();
    if (source !== undefined) query = query.where("source", "=", source);
    const rows = await query
      .orderBy("no", "desc")
      .limit(Math.max(1, Math.min(limit, mostListed)))
      .execute();
    return rows.map(deliveryOf);
  }

  /** How many of each state are kept, of all or of one source. */
  async counts(source?: string): Promise<Readonly<Record<Delivery["state"], number>>> {
    let query = this.#handles.reader
      .selectFrom("delivery")
      .select(["state", (eb) => eb.fn.countAll<number>().as("n")]);
    if (source !== undefined) query = query.where("source", "=", source);
    const rows = await query.groupBy("state").execute();
    const counted = { waiting: 0, sent: 0, "given-up": 0 };
    for (const { state, n } of rows) counted[state] = n;
    return counted;
  }

  /** When this address answered 410; `undefined` when messages are sent to it. */
  async goneAt(url: string): Promise<Instant | undefined> {
    return (
      await this.#handles.reader
        .selectFrom("webhook_gone")
        .where("url", "=", url)
        .select("at")
        .executeTakeFirst()
    )?.at;
  }

  /** Sends to this address again, though it answered 410 once. */
  async reopen(url: string): Promise<void> {
    await this.#handles.writer().deleteFrom("webhook_gone").where("url", "=", url).execute();
  }

  /**
   * Takes the message that has been due for longest, for so long, and counts the try; an address has one sender at a time.
   * A lease that ran out is anybody's. `undefined` when nothing is due.
   */
  async claim(leaseMs: number): Promise<ClaimedDelivery | undefined> {
    // Looking takes no lock: it is done every second, and finds nothing nearly always.
    if (!(await dueIn(this.#handles.reader, this.#handles.now()))) return undefined;
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const now = this.#handles.now();
        const due = await dueIn(tx, now);
        if (!due) return undefined;
        const lease = randomBytes(idBytes).toString("base64url");
        const tries = due.tries + 1;
        const leased_until = new Date(now.getTime() + leaseMs).toISOString();
        await tx
          .updateTable("delivery")
          .set({ tries, lease, leased_until, tried_at: now.toISOString() })
          .where("no", "=", due.no)
          .execute();
        const { id, url, secret, body } = due;
        return { id, url, secret, body, tries, lease };
      });
  }

  /** Keeps what a try came to; `false`, and nothing kept, when the lease has passed to another. */
  async finish({ id, lease }: ClaimedDelivery, result: TryResult): Promise<boolean> {
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const now = this.#handles.now();
        const row = await tx
          .selectFrom("delivery")
          .where("id", "=", id)
          .where("lease", "=", lease)
          .where("state", "=", "waiting")
          .select(["no", "url", "source"])
          .executeTakeFirst();
        if (!row) return false;
        const released = { lease: null, leased_until: null, answer: result.answer };
        if (result.kind === "again") {
          const due_at = new Date(now.getTime() + result.waitMs).toISOString();
          await tx
            .updateTable("delivery")
            .set({ ...released, due_at })
            .where("no", "=", row.no)
            .execute();
          return true;
        }
        const state = result.kind === "sent" ? "sent" : "given-up";
        await end(tx, { state, answer: result.answer }).where("no", "=", row.no).execute();
        if (result.kind === "gone") await close(tx, { ...row, answer: result.answer, now });
        await forgetOld(tx, row.source);
        return true;
      });
  }
}

/** As `Deliveries.add`, within a transaction. @throws DeliveriesFull */
export async function addDelivery(
  tx: Database,
  { url, secret, event, body, source = "other" }: NewDelivery,
  now: Date,
): Promise<Delivery> {
  const at = now.toISOString();
  const text = JSON.stringify({ type: event, timestamp: at, data: body });
  if (Buffer.byteLength(text) > mostBodyBytes)
    throw new RangeError(`A message may hold ${mostBodyBytes} bytes at most.`);
  const waiting = await tx
    .selectFrom("delivery")
    .where("state", "=", "waiting")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .executeTakeFirstOrThrow();
  if (waiting.n >= mostWaiting)
    throw new DeliveriesFull(`${mostWaiting} messages wait to be sent already.`);
  const gone = await tx
    .selectFrom("webhook_gone")
    .where("url", "=", url)
    .select("at")
    .executeTakeFirst();
  const row = await tx
    .insertInto("delivery")
    .values({
      id: `msg_${randomBytes(idBytes).toString("base64url")}`,
      source,
      url,
      secret: gone ? "" : secret,
      event,
      body: gone ? "" : text,
      state: gone ? "given-up" : "waiting",
      tries: 0,
      added_at: at,
      due_at: at,
      leased_until: null,
      lease: null,
      tried_at: null,
      answer: gone ? `Not sent: the address answered 410 (gone) at ${gone.at}.` : null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return deliveryOf(row);
}

/** Forgets what still waits of one source. */
export async function dropWaiting(tx: Database, source: string): Promise<void> {
  await tx
    .deleteFrom("delivery")
    .where("source", "=", source)
    .where("state", "=", "waiting")
    .execute();
}

/** The message due for longest whose address nobody is sending to. */
async function dueIn(db: Database, now: Date): Promise<Selectable<DeliveryTable> | undefined> {
  const at = now.toISOString();
  return db
    .selectFrom("delivery")
    .where("state", "=", "waiting")
    .where("due_at", "<=", at)
    .where("url", "not in", (eb) =>
      eb
        .selectFrom("delivery as other")
        .where("other.state", "=", "waiting")
        .where("other.leased_until", ">", at)
        .select("other.url"),
    )
    .orderBy("due_at")
    .orderBy("no")
    .selectAll()
    .limit(1)
    .executeTakeFirst();
}

/** What has ended keeps neither its secret nor its matter. */
// eslint-disable-next-line typescript/explicit-function-return-type -- the query's own type
function end(tx: Database, { state, answer }: Pick<DeliveryTable, "state" | "answer">) {
  return tx
    .updateTable("delivery")
    .set({ state, answer, secret: "", body: "", lease: null, leased_until: null });
}

/** The address wants nothing more: what else waits for it is given up too. */
async function close(
  tx: Database,
  { url, answer, now }: { readonly url: string; readonly answer: string; readonly now: Date },
): Promise<void> {
  await tx
    .insertInto("webhook_gone")
    .values({ url, at: instantOf(now.toISOString()) })
    .onConflict((oc) => oc.doNothing())
    .execute();
  await end(tx, { state: "given-up", answer })
    .where("url", "=", url)
    .where("state", "=", "waiting")
    .execute();
}

async function forgetOld(tx: Database, source: string): Promise<void> {
  await tx
    .deleteFrom("delivery")
    .where("source", "=", source)
    .where("state", "<>", "waiting")
    .where("no", "not in", (eb) =>
      eb
        .selectFrom("delivery as newest")
        .where("newest.source", "=", source)
        .where("newest.state", "<>", "waiting")
        .orderBy("newest.no", "desc")
        .limit(endedKept)
        .select("newest.no"),
    )
    .execute();
}

function deliveryOf(row: Selectable<DeliveryTable>): Delivery {
  const { id, source, url, event, state, tries } = row;
  return {
    id,
    source,
    url,
    event,
    state,
    tries,
    addedAt: instantOf(row.added_at),
    ...(state === "waiting" && { nextTryAt: instantOf(row.due_at) }),
    ...(row.tried_at !== null && { triedAt: instantOf(row.tried_at) }),
    ...(row.answer !== null && { answer: row.answer }),
  };
}

const instantOf = (time: string): Instant => `${time.slice(0, 19)}Z`;
