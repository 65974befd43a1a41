const mostRecent = 5;
const place = "backscroll-recent";

/** Searches of before, newest first. They stay in this browser; where it keeps nothing there are none. */
export function recentSearches(): string[] {
  try {
    return JSON.parse(localStorage[place]) as string[];
  } catch {
    return [];
  }
}

export function remember(query: string): void {
  try {
    const others = recentSearches().filter((one) => one !== query);
    localStorage[place] = JSON.stringify([query, ...others].slice(0, mostRecent));
  } catch {}
}
