import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../../scraper/errors.ts";
import type { ClaimedDelivery, Deliveries, TryResult } from "../archive/outgoing/deliveries.ts";
import { type Target, targetIn, type Targets } from "../archive/outgoing/targets.ts";
import { withRemedy } from "../search/webhook-address.ts";
import type { Outcome, TargetKind } from "./targets/kind.ts";
import { kindOf } from "./targets/kinds.ts";
import { tellingTime } from "./targets/telling-time.ts";
import { webhook } from "./targets/webhook.ts";
import { type Message, toldOf } from "./targets/told.ts";
import { waysOf, type WayParts } from "./targets/ways.ts";

export interface SenderParts extends TryParts {
  readonly deliveries: Pick<Deliveries, "claim" | "finish">;
  readonly targets?: Pick<Targets, "get" | "putOff" | "alsoDue">;
}

interface TryParts extends WayParts {
  /** From 0 up to 1: spreads the tries. */
  readonly chance?: () => number;
  /** The origin the world knows this server by: where posts are shown to who is told of them. */
  readonly site?: string | undefined;
}

/** A message is tried so often, over about nine hours, then given up. */
const mostTries = 12;
/** Longer than any try takes: a message is anybody's again only when its sender is gone. */
const leaseMs = 60_000;
const firstWaitMs = 30_000;
const longestWaitMs = 6 * 3_600_000;
const leastWaitMs = 1_000;
const atOnce = 4;
/** So many messages are told as one. */
const mostToldAtOnce = 50;
const lookEveryMs = 1_000;

/** Sends whatever is due, several at a time, each to its end; says how many tries that took. */
export async function sendDue(parts: SenderParts): Promise<number> {
  const each = await Promise.all(Array.from({ length: atOnce }, async () => sendAll(parts)));
  return each.reduce((sum, tries) => sum + tries, 0);
}

/** Sends until the signal, looking once a second; never rejects. What was under way when stopped is tried again later. */
export async function keepSending({
  onError,
  wait = async (ms) => sleep(ms, undefined, { signal: parts.signal }),
  ...parts
}: SenderParts & {
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
  readonly wait?: (ms: number) => Promise<unknown>;
}): Promise<void> {
  const work = async (): Promise<void> => {
    while (!parts.signal.aborted) {
      try {
        await sendAll(parts);
      } catch (error) {
        if (!parts.signal.aborted) onError(error);
      }
      try {
        await wait(lookEveryMs);
      } catch {
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function sendAll(parts: SenderParts): Promise<number> {
  for (let tries = 0; ; tries++) {
    if (parts.signal?.aborted) return tries;
    const message = await parts.deliveries.claim(leaseMs);
    if (!message) return tries;
    await tellOne(message, parts);
  }
}

/** One try for the message that is due; to a target whose kind takes several at once, of all that are due for it. */
async function tellOne(message: ClaimedDelivery, parts: SenderParts): Promise<void> {
  const { deliveries, targets, now = () => new Date() } = parts;
  const id = targetIn(message.url);
  if (id === undefined) {
    const { url, secret } = message;
    const result = await told([message], { kind: webhook, fields: { url, secret }, parts });
    await deliveries.finish(message, result(message));
    return;
  }
  const target = await targets?.get(id);
  const kind = target && kindOf(target.kind);
  if (!targets || !kind) {
    await deliveries.finish(message, unknownKind);
    return;
  }
  const { type, timestamp } = JSON.parse(message.body) as Message;
  const dueAt = tellingTime(target, { addedAt: new Date(timestamp), now: now() });
  // A test is asked for by who waits for it.
  if (dueAt > now() && type !== "target.test") {
    await targets.putOff(message, dueAt);
    return;
  }
  const more = kind.apart
    ? []
    : await targets.alsoDue(message, { limit: mostToldAtOnce - 1, leaseMs });
  const all = [message, ...more] as const;
  const result = await told(all, { kind, fields: target.fields, parts });
  for (const one of all) await deliveries.finish(one, result(one));
}

/** Tries, and says what that came to for each of the messages. Never throws. */
async function told(
  messages: readonly [ClaimedDelivery, ...ClaimedDelivery[]],
  { kind, fields, parts }: Telling,
): Promise<(message: ClaimedDelivery) => TryResult> {
  try {
    const [{ id, body }] = messages;
    const told = toldOf(
      messages.map((one) => JSON.parse(one.body) as Message),
      parts.site,
    );
    const outcome = await kind.tell({ fields, id, body, told }, waysOf(parts));
    return (message) => resultOf(message, outcome, { kind, fields, parts });
  } catch (error) {
    const answer = error instanceof Error ? error.message : String(error);
    return (message) => {
      if (parts.signal?.aborted) return { kind: "again", answer: "Stopped on the way.", waitMs: 0 };
      if (error instanceof UsageError) return { kind: "given-up", answer: withRemedy(error) };
      return again(message, answer, parts);
    };
  }
}

interface Telling {
  readonly kind: TargetKind;
  readonly fields: Readonly<Record<string, string>>;
  readonly parts: TryParts;
}

/** Its words name the status or the fault, never what is secret: an address's path may be a secret itself. */
function resultOf(
  message: ClaimedDelivery,
  { status, said, waitMs }: Outcome,
  { kind, fields, parts }: Telling,
): TryResult {
  const why = said === undefined ? "." : `: ${withoutSecrets(said, { kind, fields })}`;
  const answer = `Answered ${status}${why}`;
  if (status >= 200 && status < 300) return { kind: "sent", answer };
  if (status === 410) return { kind: "gone", answer: "Answered 410 (gone): nothing more is sent." };
  return again(message, answer, {
    ...parts,
    leastMs: Math.min(longestWaitMs, Math.max(leastWaitMs, waitMs ?? 0)),
  });
}

/** Who answers may repeat what it was told. */
function withoutSecrets(said: string, { kind, fields }: Omit<Telling, "parts">): string {
  return Object.entries(kind.fields)
    .flatMap(([name, { secret }]) => (secret ? (fields[name] ?? []) : []))
    .reduce((text, secret) => text.replaceAll(secret, "…"), said);
}

/** Tells one message at once and once, whatever waits: for who asks where no server may be running. Never throws. */
export async function tellNow(
  { kind: name, fields }: Pick<Target, "kind" | "fields">,
  message: Message,
  parts: TryParts,
): Promise<TryResult> {
  const kind = kindOf(name);
  if (!kind) return unknownKind;
  const only = {
    id: `msg_${randomUUID()}`,
    url: "",
    secret: "",
    body: JSON.stringify(message),
    tries: 1,
    lease: "",
  };
  return (await told([only], { kind, fields, parts }))(only);
}

const unknownKind: TryResult = {
  kind: "given-up",
  answer: "There is no such target, or none of a kind that this program knows.",
};

/** Anywhere between now and twice the last wait (“full jitter”), so that those who failed together do not come together again. */
function again(
  { tries }: ClaimedDelivery,
  answer: string,
  { chance = Math.random, leastMs = leastWaitMs }: TryParts & { readonly leastMs?: number },
): TryResult {
  if (tries >= mostTries)
    return { kind: "given-up", answer: `${answer} Given up after ${tries} tries.` };
  const most = Math.min(longestWaitMs, firstWaitMs * 2 ** (tries - 1));
  return { kind: "again", answer, waitMs: Math.max(leastMs, Math.round(chance() * most)) };
}
