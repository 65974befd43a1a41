import type { BriefAnswer } from "../../server/http/contract.ts";

/** What became of a question; each failure asks for something else. */
export type Outcome =
  | { readonly kind: "found"; readonly answer: BriefAnswer }
  | { readonly kind: "fault"; readonly detail: string }
  | { readonly kind: "busy"; readonly seconds: number }
  | { readonly kind: "offline" | "unavailable" | "refused" };

const patienceMs = 8000;
const waitWhenUntoldSeconds = 10;

/** Asks the server at `origin`. @throws only when `signal` is aborted. */
export async function ask(
  origin: string,
  question: { readonly query: URLSearchParams; readonly key: string | null },
  signal: AbortSignal,
): Promise<Outcome> {
  const { query, key } = question;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  try {
    if (!navigator.onLine) return { kind: "offline" };
    const response = await fetch(`${origin}/api/v1/search?${query}`, {
      headers: key ? { Authorization: `Bearer ${key}` } : {},
      signal: limited,
    });
    const { status } = response;
    if (status === 401 || status === 403) return { kind: "refused" };
    if (status === 429)
      return {
        kind: "busy",
        seconds: Number(response.headers.get("Retry-After")) || waitWhenUntoldSeconds,
      };
    if (response.ok) return { kind: "found", answer: (await response.json()) as BriefAnswer };
    if (status === 400)
      return { kind: "fault", detail: ((await response.json()) as { detail: string }).detail };
    return { kind: "unavailable" };
  } catch {
    signal.throwIfAborted();
    if (!navigator.onLine) return { kind: "offline" };
    if (limited.aborted) return { kind: "unavailable" };
    return { kind: (await isThere(origin, limited)) ? "refused" : "unavailable" };
  }
}

/** A refused origin looks like a broken network to a script; a server that can be reached tells the two apart. */
async function isThere(origin: string, signal: AbortSignal): Promise<boolean> {
  try {
    await fetch(`${origin}/health`, { mode: "no-cors", cache: "no-store", signal });
    return true;
  } catch {
    return false;
  }
}
