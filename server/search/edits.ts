/** Words of at least so many characters may be two edits away, shorter ones one. */
const longWord = 8;

/** How many inserts, drops, replacements and swaps of neighbours `word~` allows. */
export function editsAllowed(form: string): number {
  return form.length >= longWord ? 2 : 1;
}

/** Whether `most` edits lead from one word to the other; no letter is edited twice. */
export function isWithinEdits(from: string, to: string, most: number): boolean {
  if (Math.abs(from.length - to.length) > most) return false;
  // What both begin and end with takes no edit, and most words of a language are told apart by what is between.
  const shorter = Math.min(from.length, to.length);
  let begin = 0;
  while (begin < shorter && from.charCodeAt(begin) === to.charCodeAt(begin)) begin++;
  const lasts = [from.length - 1, to.length - 1] as const;
  let end = 0;
  while (end < shorter - begin && from.charCodeAt(lasts[0] - end) === to.charCodeAt(lasts[1] - end))
    end++;
  const longest = Math.max(from.length, to.length) - begin - end;
  if (shorter === begin + end) return true;
  if (most <= 1 && longest > 2 * most) return false;
  const one = from.slice(begin, from.length - end);
  const other = to.slice(begin, to.length - end);
  if (most > 1) return editsBetween(one, other, most) <= most;
  return longest === 1 || other === one.charAt(1) + one.charAt(0);
}

/** More than `most` where they are more. */
function editsBetween(from: string, to: string, most: number): number {
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
    if (Math.min(...row) > most) return most + 1;
    before = last;
    last = row;
  }
  return last[to.length] ?? 0;
}
