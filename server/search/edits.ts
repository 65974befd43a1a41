/** Words of at least so many characters may be two edits away, shorter ones one. */
const longWord = 8;

/** How many inserts, drops, replacements and swaps of neighbours `word~` allows. */
export function editsAllowed(form: string): number {
  return form.length >= longWord ? 2 : 1;
}

/** Whether `most` edits lead from one word to the other; no letter is edited twice. */
export function isWithinEdits(from: string, to: string, most: number): boolean {
  if (Math.abs(from.length - to.length) > most) return false;
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row.push(
        Math.min(
          (last[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (last[j - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    if (Math.min(...row) > most) return false;
    before = last;
    last = row;
  }
  return (last[to.length] ?? 0) <= most;
}
