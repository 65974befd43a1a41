import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../../scraper/errors.ts";
import type { RelayFor } from "../../scraper/reading/proxy-relay.ts";
import { withRemedy } from "../search/webhook-address.ts";
import { isInside, publicFetch, type Resolve } from "../../scraper/reading/public-fetch.ts";
import { version } from "../../scraper/version.ts";
import type { ClaimedDelivery, Deliveries, TryResult } from "../archive/outgoing/deliveries.ts";

export interface SenderParts {
  readonly deliveries: Pick<Deliveries, "claim" | "finish">;
  /** Hosts within the network that may be sent to. */
  readonly insideHosts?: readonly string[];
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
  /** From 0 up to 1: spreads the tries. */
  readonly chance?: () => number;
  readonly timeoutMs?: number;
  /** Tells what a host's name stands for; the system's resolver by default. */
  readonly resolve?: Resolve;
  /** What messages go through, but for those to hosts within the network. */
  readonly relayFor?: RelayFor;
}

/** A message is tried so often, over about nine hours, then given up. */
const mostTries = 12;
const answerWithinMs = 10_000;
/** Longer than any try takes: a message is anybody's again only when its sender is gone. */
const leaseMs = 60_000;
const firstWaitMs = 30_000;
const longestWaitMs = 6 * 3_600_000;
const leastWaitMs = 1_000;
const atOnce = 4;
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
    await parts.deliveries.finish(message, await send(message, parts));
  }
}

/** One try. Its words name the status or the fault, never the address's path, which may be a secret itself. */
async function send(message: ClaimedDelivery, parts: SenderParts): Promise<TryResult> {
  const {
    insideHosts = [],
    signal,
    resolve,
    relayFor,
    now = () => new Date(),
    timeoutMs = answerWithinMs,
  } = parts;
  try {
    const { status, headers, body } = await publicFetch(message.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(message.body)),
        "user-agent": `Backscroll/${version}`,
        ...signatureOf(message, now()),
      },
      body: message.body,
      timeoutMs,
      insideHosts,
      ...(signal && { signal }),
      ...(resolve && { resolve }),
      ...(relayFor && {
        relayFor: async (url) => (isInside(url, { insideHosts }) ? undefined : relayFor(url)),
      }),
    });
    // Only the status counts: what else is said is not read.
    body.destroy();
    const answer = `Answered ${status}.`;
    if (status >= 200 && status < 300) return { kind: "sent", answer };
    if (status === 410)
      return { kind: "gone", answer: "Answered 410 (gone): nothing more is sent." };
    return again(message, answer, { ...parts, leastMs: askedToWait(headers["retry-after"]) });
  } catch (error) {
    const answer = error instanceof Error ? error.message : String(error);
    if (signal?.aborted) return { kind: "again", answer: "Stopped on the way.", waitMs: 0 };
    if (error instanceof UsageError) return { kind: "given-up", answer: withRemedy(error) };
    return again(message, answer, parts);
  }
}

/** Anywhere between now and twice the last wait (“full jitter”), so that those who failed together do not come together again. */
function again(
  { tries }: ClaimedDelivery,
  answer: string,
  { chance = Math.random, leastMs = leastWaitMs }: SenderParts & { readonly leastMs?: number },
): TryResult {
  if (tries >= mostTries)
    return { kind: "given-up", answer: `${answer} Given up after ${tries} tries.` };
  const most = Math.min(longestWaitMs, firstWaitMs * 2 ** (tries - 1));
  return { kind: "again", answer, waitMs: Math.max(leastMs, Math.round(chance() * most)) };
}

/** `Retry-After` in seconds, within bounds; a date or nothing is no wish. */
function askedToWait(retryAfter: string | undefined): number {
  const seconds = /^\d{1,9}$/.test(retryAfter ?? "") ? Number(retryAfter) : 0;
  return Math.min(longestWaitMs, Math.max(leastWaitMs, seconds * 1_000));
}

/** The headers of Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`. */
function signatureOf({ id, secret, body }: ClaimedDelivery, now: Date): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const key = secret.startsWith("whsec_")
    ? Buffer.from(secret.slice("whsec_".length), "base64")
    : Buffer.from(secret);
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${mac}`,
  };
}
