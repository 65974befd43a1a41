import { randomBytes } from "node:crypto";
import { instant } from "../../../scraper/instant.ts";
import type { Instant } from "../../../scraper/post.ts";
import type { Database, Handles } from "../database.ts";
import type { TargetTable } from "../schema/schema.ts";
import {
  addDelivery,
  type ClaimedDelivery,
  DeliveriesFull,
  type Delivery,
  dropWaiting,
  type NewDelivery,
} from "./deliveries.ts";

/** What a target hears of: `alerts`, `changes` or `changes:durov`, `searches` or `search:5f1c0a9b72de`. */
export type Heard = "alerts" | "changes" | "searches" | `changes:${string}` | `search:${string}`;

/** What of a target is chosen. */
export interface TargetChoice {
  readonly name: string;
  /** Of its kind, secrets included. */
  readonly fields: Readonly<Record<string, string>>;
  readonly hears: readonly Heard[];
  /** Empty: at once. Else `hourly`, or the time of day, like `09:00`, at which all is told that came since. */
  readonly digest: string;
  /** Hours of silence, like `22:00-07:00`; empty: none. */
  readonly quiet: string;
  /** The time zone of both, like `Europe/Berlin`. */
  readonly zone: string;
}

/** Where people are told: a chat, a room, a mailbox. */
export interface Target extends TargetChoice {
  readonly id: string;
  readonly kind: string;
  readonly createdAt: Instant;
  readonly pausedAt?: Instant;
  /** The change of a post up to which all were told. */
  readonly changesNo: number;
  /** Messages that were not kept, because too many waited. */
  readonly missed: number;
}

/** Something to tell, and the ids of the targets that hear it. */
export interface TargetMessage extends Pick<NewDelivery, "event" | "body"> {
  readonly targets: readonly string[];
}

/** Nothing more can be added until something is removed. */
export class TooManyTargets extends Error {
  override name = "TooManyTargets";
}

const mostTargets = 100;
const mostWaitingOfOne = 500;
const idBytes = 6;
const prefix = "target:";

/** By what its messages are addressed and listed. */
export const addressOf = (id: string): string => `${prefix}${id}`;

/** The id of the target that this is the address of; `undefined` for an address of the web. */
export const targetIn = (address: string): string | undefined =>
  address.startsWith(prefix) ? address.slice(prefix.length) : undefined;

/** Where the people of one archive are told. */
export class Targets {
  readonly #handles: Handles;

  constructor(options: Handles) {
    this.#handles = options;
  }

  /** It hears of changes after `changesNo`. @throws TooManyTargets */
  async add(chosen: TargetChoice & Pick<Target, "kind" | "changesNo">): Promise<Target> {
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        const kept = await tx
          .selectFrom("target")
          .select((eb) => eb.fn.countAll<number>().as("n"))
          .executeTakeFirstOrThrow();
        if (kept.n >= mostTargets)
          throw new TooManyTargets(`There are ${mostTargets} targets already. Remove one first.`);
        const row = await tx
          .insertInto("target")
          .values({
            id: randomBytes(idBytes).toString("hex"),
            kind: chosen.kind,
            ...columnsOf(chosen),
            created_at: instant(this.#handles.now()),
            paused_at: null,
            changes_no: chosen.changesNo,
            missed: 0,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        return targetOf(row);
      });
  }

  /** Oldest first. */
  async list(): Promise<readonly Target[]> {
    const rows = await this.#handles.reader
      .selectFrom("target")
      .selectAll()
      .orderBy("created_at")
      .orderBy("id")
      .execute();
    return rows.map(targetOf);
  }

  async get(id: string): Promise<Target | undefined> {
    const row = await rowOf(this.#handles.reader, id);
    return row && targetOf(row);
  }

  /** What waits is told by the new choice. `undefined` when there is none of this id. */
  async change(id: string, chosen: TargetChoice): Promise<Target | undefined> {
    return this.#write(async (tx) => {
      await tx.updateTable("target").set(columnsOf(chosen)).where("id", "=", id).execute();
      await tx
        .updateTable("delivery")
        .set({ due_at: this.#handles.now().toISOString() })
        .where("source", "=", addressOf(id))
        .where("state", "=", "waiting")
        .where("tries", "=", 0)
        .execute();
      const row = await rowOf(tx, id);
      return row && targetOf(row);
    });
  }

  /** While paused, nothing is kept for it; what waits is dropped. Going on also takes up one that answered 410. */
  async pause(id: string, paused: boolean): Promise<Target | undefined> {
    return this.#write(async (tx) => {
      const row = await rowOf(tx, id);
      if (!row) return undefined;
      const paused_at = paused ? (row.paused_at ?? instant(this.#handles.now())) : null;
      await tx.updateTable("target").set({ paused_at }).where("id", "=", id).execute();
      if (paused) await dropWaiting(tx, addressOf(id));
      else await takeUp(tx, id);
      return targetOf({ ...row, paused_at });
    });
  }

  /** Forgets a target, and what still waits for it; `false` when there is none. */
  async remove(id: string): Promise<boolean> {
    return this.#write(async (tx) => {
      const gone = await tx.deleteFrom("target").where("id", "=", id).executeTakeFirst();
      await dropWaiting(tx, addressOf(id));
      await takeUp(tx, id);
      return gone.numDeletedRows > 0n;
    });
  }

  /** Keeps a message for one target alone, whatever it hears of. `undefined` when there is none. @throws DeliveriesFull */
  async addMessage(
    id: string,
    message: Pick<NewDelivery, "event" | "body">,
  ): Promise<Delivery | undefined> {
    return this.#write(async (tx) => {
      if (!(await rowOf(tx, id))) return undefined;
      return addDelivery(tx, deliveryTo(id, message), this.#handles.now());
    });
  }

  /** In one transaction: these are to be told, and the target goes on from change `through`; `false` when another was faster. */
  async tellChanges(
    { id, changesNo }: Pick<Target, "id" | "changesNo">,
    told: {
      readonly through: number;
      readonly messages: readonly Pick<NewDelivery, "event" | "body">[];
    },
  ): Promise<boolean> {
    return this.#write(async (tx) => {
      const moved = await tx
        .updateTable("target")
        .set({ changes_no: told.through })
        .where("id", "=", id)
        .where("changes_no", "=", changesNo)
        .executeTakeFirst();
      if (moved.numUpdatedRows < 1n) return false;
      for (const message of told.messages)
        await tellTargets(tx, { ...message, targets: [id] }, this.#handles.now());
      return true;
    });
  }

  /** Takes what else is due for the same address into the same hands, and counts their tries; those due longest first. */
  async alsoDue(
    { url, lease }: ClaimedDelivery,
    { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number },
  ): Promise<readonly ClaimedDelivery[]> {
    return this.#write(async (tx) => {
      const now = this.#handles.now();
      const at = now.toISOString();
      const rows = await tx
        .selectFrom("delivery")
        .where("state", "=", "waiting")
        .where("url", "=", url)
        .where("due_at", "<=", at)
        .where((eb) => eb.or([eb("lease", "is", null), eb("lease", "<>", lease)]))
        .orderBy("due_at")
        .orderBy("no")
        .limit(limit)
        .select(["no", "id", "secret", "body", "tries"])
        .execute();
      const leased_until = new Date(now.getTime() + leaseMs).toISOString();
      for (const { no, tries } of rows)
        await tx
          .updateTable("delivery")
          .set({ tries: tries + 1, lease, leased_until, tried_at: at })
          .where("no", "=", no)
          .execute();
      return rows.map(({ id, secret, body, tries }) => ({
        id,
        url,
        secret,
        body,
        tries: tries + 1,
        lease,
      }));
    });
  }

  /** Gives a message back that is not to be told before `dueAt`: that was no try. */
  async putOff({ id, lease }: ClaimedDelivery, dueAt: Date): Promise<void> {
    await this.#handles
      .writer()
      .updateTable("delivery")
      .set((eb) => ({
        due_at: dueAt.toISOString(),
        tries: eb("tries", "-", 1),
        lease: null,
        leased_until: null,
      }))
      .where("id", "=", id)
      .where("lease", "=", lease)
      .execute();
  }

  async #write<T>(work: (tx: Database) => Promise<T>): Promise<T> {
    return this.#handles.writer().transaction().execute(work);
  }
}

/** Keeps a message for each target that is there and not paused; where too many wait for one, it is counted as missed. */
export async function tellTargets(
  tx: Database,
  { targets, ...message }: TargetMessage,
  now: Date,
): Promise<void> {
  for (const id of targets) {
    const row = await rowOf(tx, id);
    if (!row || row.paused_at !== null) continue;
    const waiting = await tx
      .selectFrom("delivery")
      .where("source", "=", addressOf(id))
      .where("state", "=", "waiting")
      .select((eb) => eb.fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    const isKept =
      waiting.n < mostWaitingOfOne && (await isAdded(tx, deliveryTo(id, message), now));
    if (!isKept)
      await tx
        .updateTable("target")
        .set({ missed: row.missed + 1 })
        .where("id", "=", id)
        .execute();
  }
}

async function isAdded(tx: Database, delivery: NewDelivery, now: Date): Promise<boolean> {
  try {
    await addDelivery(tx, delivery, now);
    return true;
  } catch (error) {
    if (error instanceof DeliveriesFull) return false;
    throw error;
  }
}

/** Its secrets are its own: they do not lie with each message. */
const deliveryTo = (id: string, message: Pick<NewDelivery, "event" | "body">): NewDelivery => ({
  ...message,
  url: addressOf(id),
  secret: "",
  source: addressOf(id),
});

const takeUp = async (tx: Database, id: string): Promise<unknown> =>
  tx.deleteFrom("webhook_gone").where("url", "=", addressOf(id)).execute();

async function rowOf(db: Database, id: string): Promise<TargetTable | undefined> {
  return db.selectFrom("target").where("id", "=", id).selectAll().executeTakeFirst();
}

const columnsOf = ({ name, fields, hears, digest, quiet, zone }: TargetChoice) => ({
  name,
  fields: JSON.stringify(fields),
  hears: JSON.stringify(hears),
  digest,
  quiet,
  zone,
});

function targetOf(row: TargetTable): Target {
  const { id, kind, name, digest, quiet, zone, missed } = row;
  return {
    id,
    kind,
    name,
    fields: JSON.parse(row.fields) as Target["fields"],
    hears: JSON.parse(row.hears) as Target["hears"],
    digest,
    quiet,
    zone,
    createdAt: row.created_at,
    ...(row.paused_at !== null && { pausedAt: row.paused_at }),
    changesNo: row.changes_no,
    missed,
  };
}
