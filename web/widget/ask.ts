import type { BriefAnswer } from "../../server/contract/brief.ts";

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
  question: { readonly query: URLSearchParams; readonly key: string },
  signal: AbortSignal,
): Promise<Outcome> {
  const { query, key } = question;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const options = { signal: limited };
  try {
    const response = await fetch(`${origin}/api/v1/search?${query}`, {
      headers: key ? { Authorization: `Bearer ${key}` } : {},
      ...options,
    });
    const { status } = response;
    if (response.ok) return { kind: "found", answer: (await response.json()) as BriefAnswer };
    if (status === 400)
      return { kind: "fault", detail: ((await response.json()) as { detail: string }).detail };
    if (status === 429)
      return {
        kind: "busy",
        seconds: Number(response.headers.get("Retry-After")) || waitWhenUntoldSeconds,
      };
    return { kind: status === 401 || status === 403 ? "refused" : "unavailable" };
  } catch {
    signal.throwIfAborted();
    if (!navigator.onLine) return { kind: "offline" };
    // A refused origin looks like a broken network to a script; whether the server is there tells the two apart.
    const there = fetch(`${origin}/health`, { mode: "no-cors", cache: "no-store", ...options });
    return {
      kind: await there.then(
        () => "refused" as const,
        () => "unavailable" as const,
      ),
    };
  }
}
