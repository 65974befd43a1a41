import type { Problem } from "../../server/contract/problem.ts";
import type { RunReason } from "../../server/contract/reason.ts";
import type { Arguments } from "./arguments.ts";
import en from "./en.json" with { type: "json" };
import ru from "./ru.json" with { type: "json" };

/** Whatever stands in the English file stands in the others, too; and what answers of the API say in English anyway. */
const translated = { ru } satisfies Readonly<Record<string, typeof en & { answers: Answers }>>;
const files = { en, ...translated };
export type Language = keyof typeof files;

interface Answers {
  /** By the end of their `type`; what is not there is shown as the answer says it. */
  readonly problems: Readonly<Record<string, string>>;
  readonly faults: Readonly<Record<Fault["code"], string>>;
  /** `{because}` is what it came of. */
  readonly reasons: Readonly<Record<RunReason["code"], string>>;
  /** What a webhook answered. */
  readonly answered: string;
}
type Fault = NonNullable<Problem["fault"]>;
type ToldReason = Pick<RunReason, "facts"> & { readonly code: string };

/** What the interface says, in one language. Short, exact; says what is, then what can be done. */
export interface Words {
  readonly lang: Language;
  readonly text: Texts<typeof en>;
  /** As in the file, for scripts that put the values in themselves. */
  readonly templates: typeof en;
  readonly number: (value: number) => string;
  /** What answers of the API say in English; absent where that is the language of the page, too. */
  readonly answers?: {
    readonly fault: (fault: Fault) => string;
    readonly problem: (problem: Pick<Problem, "type">) => string | undefined;
    /** What a sentence is made of, each reason behind what came of it; nothing where one is not known here. */
    readonly reasons: (told: readonly ToldReason[]) => string | undefined;
    readonly answered: (status: string) => string;
  };
}

/** A text that takes nothing is itself; one with `{names}` in it is a function of their values. */
type Texts<File, Place extends string = ""> = {
  readonly [Key in keyof File & string]: `${Place}${Key}` extends infer At extends keyof Arguments
    ? (values: Values<Arguments[At]>) => string
    : File[Key] extends string | readonly unknown[]
      ? File[Key]
      : Texts<File[Key], `${Place}${Key}.`>;
};

/** A number is written as its language does; one that a word is bent by is marked with `#`. */
type Values<Names extends string> = {
  readonly [Name in Names as Name extends `#${infer Bare}` ? Bare : Name]: Name extends `#${string}`
    ? number
    : string | number;
};

/** The languages of the interface, by their own names. */
export const languages = (Object.keys(files) as Language[]).map((lang) => ({
  lang,
  name: files[lang].language,
}));

export const isLanguage = (lang: string | undefined): lang is Language =>
  lang !== undefined && Object.hasOwn(files, lang);

const known = new Map<Language, Words>();

/** The words for a language of the interface. */
export function wordsIn(lang: Language): Words {
  const words = known.get(lang) ?? read(lang);
  known.set(lang, words);
  return words;
}

function read(lang: Language): Words {
  const locale = lang === "en" ? "en-US" : lang;
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const manner = { rules, format: (value: number) => numbers.format(value) };
  const templates = files[lang];
  // The functions stand where `Arguments` says; a test compares it with the files.
  const text = textsOf(templates, manner) as Words["text"];
  const words = { lang, text, templates, number: manner.format };
  if (lang === "en") return words;
  const { faults, problems, answered, reasons }: Answers = translated[lang].answers;
  const told = new Map(Object.entries<string>({ ...faults, ...reasons }));
  return {
    ...words,
    answers: {
      fault: ({ code, data }) => fill(faults[code], data, manner),
      answered: (status) => fill(answered, { status }, manner),
      problem: ({ type }) => problems[type.replace(/^.*:/, "")],
      reasons: (all) =>
        all.every(({ code }) => told.has(code))
          ? all.reduceRight(
              (because, { code, facts }) =>
                fill(told.get(code) ?? "", { ...facts, because }, manner),
              "",
            )
          : undefined,
    },
  };
}

interface Manner {
  readonly rules: Intl.PluralRules;
  readonly format: (value: number) => string;
}
/** Bent by the number called `n`, or as `by` says. */
type Forms = { readonly by?: string; readonly other: string } & {
  readonly [rule in Intl.LDMLPluralRule]?: string;
};
type Filling = Readonly<Record<string, string | number>>;

function textsOf(node: unknown, manner: Manner): unknown {
  if (typeof node === "string")
    return placeholder.test(node) ? (values: Filling) => fill(node, values, manner) : node;
  if (Array.isArray(node)) return node;
  if (isForms(node))
    return (values: Filling) => {
      const form = manner.rules.select(Number(values[node.by ?? "n"]));
      return fill(node[form] ?? node.other, values, manner);
    };
  return Object.fromEntries(
    Object.entries(node as object).map(([key, inner]) => [key, textsOf(inner, manner)]),
  );
}

const placeholder = /\{\w+\}/;
const isForms = (node: unknown): node is Forms => typeof (node as Forms).other === "string";

const fill = (text: string, values: Filling, { format }: Manner): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? format(value) : value;
  });
