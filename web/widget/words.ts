import { widget as en } from "../words/en.json" with { type: "json" };
import { widget as ru } from "../words/ru.json" with { type: "json" };

/** What the widget says; `{n}` stands for a number, an object holds the plural forms of the language. */
export type Words = Omit<typeof en, "media" | "posts"> & {
  readonly posts: Forms;
  readonly media: Readonly<Record<string, string>>;
};
type Forms = string | Readonly<Record<string, string>>;

/** Words of a language, with what the page's owner says instead. @throws SyntaxError when that is no JSON */
export const wordsIn = (lang: string, own: string): Words => ({
  ...(/^ru/i.test(lang) ? ru : en),
  ...(JSON.parse(own) as Partial<Words>),
});

/** `words` with its number in it, in the form the number takes. */
export function counted(words: Forms, n: number, lang: string): string {
  const form =
    typeof words === "string"
      ? words
      : (words[new Intl.PluralRules(lang).select(n)] ?? words["other"] ?? "");
  return form.replace("{n}", n.toLocaleString(lang));
}
