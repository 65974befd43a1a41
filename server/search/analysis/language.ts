/** Which dictionaries a Cyrillic word is looked up in. */
export type Language = "ru" | "uk" | "both";

/** What the letters of a text say about its language; `both` where they say nothing or speak for two. */
export function languageOf(text: string): Language {
  const russian = russianOnly.test(text);
  return russian === ukrainianOnly.test(text) ? "both" : russian ? "ru" : "uk";
}

const russianOnly = /[ыэъё]/i;
const ukrainianOnly = /[іїєґ]/i;
