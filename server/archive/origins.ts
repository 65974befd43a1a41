/** Where a post was taken from; a later origin knows more than an earlier one. */
export const origins = [
  "tdl-export",
  "snscrape",
  "desktop-html",
  "desktop-export",
  "archive-export",
  "saved-page",
  "page",
] as const;
export type Origin = (typeof origins)[number];

/** Programs that write posts down in a way of their own, poorer than a page's. */
export const otherPrograms: ReadonlySet<Origin> = new Set<Origin>([
  "tdl-export",
  "snscrape",
  "desktop-html",
  "desktop-export",
]);
