import { Unreachable } from "../../../scraper/errors.ts";
import { isInside, publicFetch, type Resolve } from "../../../scraper/reading/public-fetch.ts";
import type { RelayFor } from "../../../scraper/reading/proxy-relay.ts";
import { version } from "../../../scraper/version.ts";
import type { Outcome, Ways } from "./kind.ts";

export interface WayParts {
  /** Hosts within the network that may be sent to. */
  readonly insideHosts?: readonly string[];
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
  readonly timeoutMs?: number;
  /** Tells what a host's name stands for; the system's resolver by default. */
  readonly resolve?: Resolve;
  /** What messages go through, but for those to hosts within the network. */
  readonly relayFor?: RelayFor;
  /** Certificates of mail servers to trust in place of the system's. */
  readonly mailCa?: string;
}

const answerWithinMs = 10_000;
const mailWithinMs = 30_000;
const mostExplainingBytes = 20_000;
const charactersSaid = 200;

/** HTTP and mail, to checked addresses alone. */
export function waysOf(parts: WayParts): Ways {
  const { insideHosts = [], signal, resolve, relayFor, now = () => new Date() } = parts;
  const { timeoutMs = answerWithinMs } = parts;
  const checked = {
    insideHosts,
    ...(resolve && { resolve }),
    ...(relayFor && {
      relayFor: async (url: URL) => (isInside(url, { insideHosts }) ? undefined : relayFor(url)),
    }),
  };
  return {
    now: now(),
    ask: async ({ method = "POST", url, headers, body, explains }) => {
      const answer = await publicFetch(url, {
        ...checked,
        method,
        headers: {
          "content-type": "application/json",
          "content-length": String(Buffer.byteLength(body)),
          "user-agent": `Backscroll/${version}`,
          ...headers,
        },
        body,
        timeoutMs,
        maxBytes: mostExplainingBytes,
        ...(signal && { signal }),
      });
      const { status } = answer;
      const waitMs = askedToWait(answer.headers["retry-after"]);
      if (explains && status >= 300) return { status, waitMs, ...(await explanation(answer.body)) };
      answer.body.destroy();
      return { status, waitMs };
    },
    mail: async (mail, server) => {
      // Loaded when it is first needed: most servers send none.
      const { MailRefused, sendMail } = await import("./send-mail.ts");
      const within = AbortSignal.timeout(mailWithinMs);
      try {
        const { refused } = await sendMail(mail, server, {
          ...checked,
          signal: signal ? AbortSignal.any([signal, within]) : within,
          ca: parts.mailCa,
        });
        return {
          status: 250,
          ...(refused > 0 && { said: `refused for ${refused} of its receivers` }),
        };
      } catch (error) {
        if (error instanceof MailRefused) return { status: error.status, said: error.said };
        if (within.aborted && !signal?.aborted)
          throw new Unreachable(
            `${server.url.host} took no mail within ${mailWithinMs / 1_000} s.`,
          );
        throw error;
      }
    },
  };
}

/** `Retry-After` in seconds; a date or nothing is no wish. */
const askedToWait = (retryAfter: string | undefined): number =>
  /^\d{1,9}$/.test(retryAfter ?? "") ? Number(retryAfter) * 1_000 : 0;

/** Why it was refused, in the words of Telegram, Discord, Matrix, ntfy or of a line of text; and how long to wait. */
async function explanation(body: AsyncIterable<Uint8Array>): Promise<Omit<Outcome, "status">> {
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    const told = text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {};
    const said = [told["description"], told["message"], told["error"], text].find(
      (one): one is string => typeof one === "string",
    );
    const waitMs = waitIn(told);
    return {
      ...(said !== undefined && {
        said: said.replaceAll(/[\p{Cc}\s]+/gu, " ").slice(0, charactersSaid),
      }),
      ...(waitMs > 0 && { waitMs }),
    };
  } catch {
    return {};
  }
}

function waitIn(told: Record<string, unknown>): number {
  const parameters = (told["parameters"] ?? {}) as Record<string, unknown>;
  const seconds = Number(parameters["retry_after"] ?? told["retry_after"] ?? 0);
  const ms = Number(told["retry_after_ms"] ?? seconds * 1_000);
  return Number.isFinite(ms) ? ms : 0;
}
