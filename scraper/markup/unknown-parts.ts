/** What of a post or a page is not known, in one part of a sentence however many parts there are: `2 parts …: a, b`. */
export function unknownParts(names: readonly string[]): string {
  const parts = [...new Set(names)];
  const named = parts.slice(0, mostNamed).join(", ");
  const more = parts.length > mostNamed ? ` and ${parts.length - mostNamed} more` : "";
  const many = parts.length === 1 ? "a part" : `${parts.length} parts`;
  return `${many} this version does not know: ${named}${more}`;
}
const mostNamed = 5;
