/** A stretch of two texts compared word by word. */
export interface DiffPart {
  readonly kind: "same" | "gone" | "added";
  readonly text: string;
}

const mostSteps = 4_000_000;

/** What was taken out and what was put in between two texts; very different long texts are one exchange. */
export function wordDiff(before: string, after: string): readonly DiffPart[] {
  const [old, now] = [words(before), words(after)];
  const head = commonLength(old, now);
  const tail = commonLength(old.slice(head).toReversed(), now.slice(head).toReversed());
  const oldMiddle = old.slice(head, old.length - tail);
  const nowMiddle = now.slice(head, now.length - tail);
  return joined([
    { kind: "same", text: now.slice(0, head).join("") },
    ...middle(oldMiddle, nowMiddle),
    { kind: "same", text: now.slice(now.length - tail).join("") },
  ]);
}

/** Words and what stands between them; joined, they are the text. */
const words = (text: string): readonly string[] =>
  text.match(/[\p{L}\p{N}\p{M}_]+|\s+|[^\p{L}\p{N}\p{M}_\s]/gu) ?? [];

function commonLength(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((word, place) => word !== other[place]);
  return differs === -1 ? Math.min(one.length, other.length) : differs;
}

function middle(old: readonly string[], now: readonly string[]): readonly DiffPart[] {
  if (old.length * now.length > mostSteps)
    return [
      { kind: "gone", text: old.join("") },
      { kind: "added", text: now.join("") },
    ];
  const width = now.length + 1;
  // longest[i * width + j]: words in common from old[i] and now[j] on.
  const longest = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      longest[i * width + j] =
        old[i] === now[j]
          ? (longest[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
  const parts: DiffPart[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const common = i < old.length && j < now.length && old[i] === now[j];
    const drop =
      j >= now.length ||
      (i < old.length && (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0));
    if (common) parts.push({ kind: "same", text: now[j] ?? "" });
    else if (drop) parts.push({ kind: "gone", text: old[i] ?? "" });
    else parts.push({ kind: "added", text: now[j] ?? "" });
    if (common || drop) i += 1;
    if (common || !drop) j += 1;
  }
  return parts;
}

function joined(parts: readonly DiffPart[]): readonly DiffPart[] {
  const out: { kind: DiffPart["kind"]; text: string }[] = [];
  for (const { kind, text } of parts) {
    const last = out.at(-1);
    if (text === "") continue;
    if (last?.kind === kind) last.text += text;
    else out.push({ kind, text });
  }
  return out;
}
