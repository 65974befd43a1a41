import { randomUUID } from "node:crypto";
import { instant } from "../../../scraper/instant.ts";
import type { Instant } from "../../../scraper/post.ts";
import type { Reasons } from "../../../scraper/reasons.ts";
import type { Database, Handles } from "../database.ts";
import { addDelivery, type NewDelivery } from "./deliveries.ts";
import type { AlertTable } from "../schema/schema.ts";
import { type TargetMessage, tellTargets } from "./targets.ts";

/** What was measured, by name. */
type Facts = Readonly<Record<string, string | number>>;

/** Something wrong as of one look: `firm` raises an alert, `lingering` only keeps one that is raised. */
export interface Finding {
  readonly kind: string;
  /** A channel, an engine or a saved search, or empty. */
  readonly subject: string;
  readonly level: "firm" | "lingering";
  readonly facts: Facts;
  /** Where a sentence among the facts is told apart: what it is made of. */
  readonly reasons?: Reasons;
}

/** How long a kind must be seen to be raised, and be gone to be cleared. */
export interface Terms {
  readonly holdsForMs: number;
  readonly calmForMs: number;
}

/** One alert: raised once, cleared once. */
export interface Alert {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly facts: Facts;
  /** What a sentence among the facts is made of. */
  readonly reasons?: Reasons;
  readonly raisedAt: Instant;
  readonly clearedAt?: Instant;
  /** Somebody said that it need not be told of, and why. */
  readonly dismissed?: { readonly at: Instant; readonly reason: string };
}

/** All that one look at the server came to. */
export interface Judgement {
  /** When the server was looked at. */
  readonly at: Date;
  /** The kinds that could be judged; alerts of others stay as they are. */
  readonly terms: ReadonlyMap<string, Terms>;
  readonly findings: readonly Finding[];
  /** The message for an alert that was raised or cleared just now; kept in the same transaction, so none is lost or doubled. */
  readonly tell?: (alert: Alert) => NewDelivery;
  /** As `tell`, for the targets that hear of alerts. */
  readonly tellTargets?: (alert: Alert) => TargetMessage;
}

const clearedKept = 1_000;
const clockSteppedBackMs = 300_000;

/** Alerts of one archive. Whoever judges, and however many processes do, each is raised once and cleared once. */
export class Alerts {
  readonly #handles: Pick<Handles, "reader" | "writer">;

  constructor(options: Pick<Handles, "reader" | "writer">) {
    this.#handles = options;
  }

  /** Raised and neither cleared nor dismissed, newest first. */
  async open(): Promise<readonly Alert[]> {
    return this.#lasting("is");
  }

  /** Dismissed and not cleared, newest first. */
  async dismissed(): Promise<readonly Alert[]> {
    return this.#lasting("is not");
  }

  async #lasting(dismissedAt: "is" | "is not"): Promise<readonly Alert[]> {
    const rows = await this.#handles.reader
      .selectFrom("alert")
      .where("cleared_at", "is", null)
      .where("raised_at", "is not", null)
      .where("dismissed_at", dismissedAt, null)
      .orderBy("raised_at", "desc")
      .orderBy("id")
      .selectAll()
      .execute();
    return rows.map(alertOf);
  }

  /** Those cleared last, newest first. */
  async cleared(limit: number): Promise<readonly Alert[]> {
    const rows = await this.#handles.reader
      .selectFrom("alert")
      .where("cleared_at", "is not", null)
      .orderBy("cleared_at", "desc")
      .orderBy("id")
      .limit(limit)
      .selectAll()
      .execute();
    return rows.map(alertOf);
  }

  /**
   * Says of an alert that it need not be told of while it lasts, and why; it is cleared like any other. One that is dismissed
   * already gets the new reason, one that is cleared stays as it is. `undefined` when there is none of this id.
   */
  async dismiss(
    id: string,
    { at, reason }: { readonly at: Date; readonly reason: string },
  ): Promise<Alert | undefined> {
    return this.#mark(id, { dismissed_at: instant(at), dismissed_reason: reason });
  }

  /** Says that a dismissed alert is to be told of again. One that is open or cleared stays as it is; `undefined` when there is none of this id. */
  async reopen(id: string): Promise<Alert | undefined> {
    return this.#mark(id, { dismissed_at: null, dismissed_reason: null });
  }

  async #mark(
    id: string,
    marks: Pick<AlertTable, "dismissed_at" | "dismissed_reason">,
  ): Promise<Alert | undefined> {
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        await tx
          .updateTable("alert")
          .set(marks)
          .where("id", "=", id)
          .where("raised_at", "is not", null)
          .where("cleared_at", "is", null)
          .execute();
        const row = await tx
          .selectFrom("alert")
          .where("id", "=", id)
          .where("raised_at", "is not", null)
          .selectAll()
          .executeTakeFirst();
        return row && alertOf(row);
      });
  }

  /** Takes in one look at the server, and tells which alerts it raised and cleared; a look older than the last one is nothing. */
  async judge({
    at,
    terms,
    findings,
    tell,
    tellTargets: inform,
  }: Judgement): Promise<readonly Alert[]> {
    return this.#handles
      .writer()
      .transaction()
      .execute(async (tx) => {
        if (!(await isNews(tx, at))) return [];
        const rows = await tx
          .selectFrom("alert")
          .where("cleared_at", "is", null)
          .selectAll()
          .execute();
        const changed: Alert[] = [];
        for (const [kind, { holdsForMs, calmForMs }] of terms) {
          const known = rows.filter((row) => row.kind === kind);
          const found = findings.filter((one) => one.kind === kind);
          const subjects = new Set([...known, ...found].map(({ subject }) => subject));
          for (const subject of subjects) {
            const row = known.find((one) => one.subject === subject);
            const finding = found.find((one) => one.subject === subject);
            const next = finding
              ? seen(row, { finding, at, holdsForMs })
              : row && gone(row, { at, calmForMs });
            await write(tx, row, next);
            const news = isChange(row, next) && alertOf(next);
            if (news) changed.push(news);
            if (news && tell) await addDelivery(tx, tell(news), at);
            if (news && inform) await tellTargets(tx, inform(news), at);
          }
        }
        if (changed.length > 0) await forgetOld(tx);
        return changed;
      });
  }
}

/** Whether nobody has judged by a later look already; a clock that was set back is taken as it is. */
async function isNews(tx: Database, at: Date): Promise<boolean> {
  const last = await tx.selectFrom("alert_watch").select("judged_at").executeTakeFirstOrThrow();
  const ahead = last.judged_at === "" ? -1 : Date.parse(last.judged_at) - at.getTime();
  if (ahead >= 0 && ahead < clockSteppedBackMs) return false;
  await tx.updateTable("alert_watch").set({ judged_at: at.toISOString() }).execute();
  return true;
}

/** The row after something was seen; `undefined` when nothing is to be kept of it. */
function seen(
  row: AlertTable | undefined,
  {
    finding: { kind, subject, level, ...measured },
    at,
    holdsForMs,
  }: { readonly finding: Finding; readonly at: Date; readonly holdsForMs: number },
): AlertTable | undefined {
  const told = {
    facts: JSON.stringify(measured.facts),
    reasons: measured.reasons ? JSON.stringify(measured.reasons) : null,
  };
  if (row?.raised_at != null) return { ...row, calm_at: null, ...(level === "firm" && told) };
  if (level !== "firm") return undefined;
  const seen_at = row?.seen_at ?? instant(at);
  const holds = at.getTime() - Date.parse(seen_at) >= holdsForMs;
  return {
    id: row?.id ?? randomUUID(),
    kind,
    subject,
    ...told,
    seen_at,
    raised_at: holds ? instant(at) : null,
    calm_at: null,
    cleared_at: null,
    dismissed_at: null,
    dismissed_reason: null,
  };
}

/** The row after something was not seen. */
function gone(
  row: AlertTable,
  { at, calmForMs }: { readonly at: Date; readonly calmForMs: number },
): AlertTable | undefined {
  if (row.raised_at === null) return undefined;
  const calm_at = row.calm_at ?? instant(at);
  const isCalm = at.getTime() - Date.parse(calm_at) >= calmForMs;
  return { ...row, calm_at, cleared_at: isCalm ? instant(at) : null };
}

const isChange = (
  before: AlertTable | undefined,
  after: AlertTable | undefined,
): after is AlertTable =>
  after !== undefined &&
  ((after.raised_at !== null && (before?.raised_at ?? null) === null) || after.cleared_at !== null);

async function write(
  tx: Database,
  before: AlertTable | undefined,
  after: AlertTable | undefined,
): Promise<void> {
  if (!before) {
    if (after) await tx.insertInto("alert").values(after).execute();
  } else if (after) await tx.updateTable("alert").set(after).where("id", "=", before.id).execute();
  else await tx.deleteFrom("alert").where("id", "=", before.id).execute();
}

async function forgetOld(tx: Database): Promise<void> {
  const newest = tx
    .selectFrom("alert")
    .where("cleared_at", "is not", null)
    .orderBy("cleared_at", "desc")
    .limit(clearedKept)
    .select("id");
  await tx
    .deleteFrom("alert")
    .where("cleared_at", "is not", null)
    .where("id", "not in", newest)
    .execute();
}

function alertOf(row: AlertTable): Alert {
  const { id, kind, subject, dismissed_at: at, dismissed_reason: reason } = row;
  return {
    id,
    kind,
    subject,
    facts: JSON.parse(row.facts) as Facts,
    ...(row.reasons !== null && { reasons: JSON.parse(row.reasons) as Reasons }),
    raisedAt: row.raised_at ?? row.seen_at,
    ...(row.cleared_at !== null && { clearedAt: row.cleared_at }),
    ...(at !== null && { dismissed: { at, reason: reason ?? "" } }),
  };
}
