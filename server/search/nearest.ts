/** Of these names the one that a misspelt one was perhaps meant to be. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((name) => ({ name, edits: editsBetween(typed, name) }))
    .toSorted((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.min(mostEdits, Math.max(1, typed.length - 1))
    ? best.name
    : undefined;
}
const mostEdits = 3;

/** How many letters must be put in, left out or replaced to make one word of the other. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
