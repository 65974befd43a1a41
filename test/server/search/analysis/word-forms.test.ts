import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import type { Analyzer } from "../../../../server/search/analysis/analyzer.ts";
import { foldYo } from "../../../../server/search/analysis/fold.ts";
import { findUkrainian } from "../../../../server/search/analysis/ukrainian.ts";
import { sampleLexemes, seeded } from "./sample-lexemes.ts";

const devList = new URL("../../../../../shared/word-forms-dev.tsv", import.meta.url);
const hasList = existsSync(devList);
const hasUkrainian = findUkrainian() !== undefined;
const analyzer = createAnalyzer();
const withoutUkrainian = createAnalyzer({ ukrainian: "none" });

describe.skipIf(!hasList)(
  `the list of word forms${missing(hasList, "../shared/word-forms-dev.tsv")}`,
  () => {
    it("finds Russian forms and not their relatives", () => {
      const quality = measure(analyzer, "ru");
      expect(quality.recall).toBeGreaterThanOrEqual(0.97);
      expect(quality.precision).toBeGreaterThanOrEqual(0.97);
    });

    it("finds English forms and not their relatives", () => {
      const quality = measure(analyzer, "en");
      expect(quality.recall).toBeGreaterThanOrEqual(0.95);
      expect(quality.precision).toBeGreaterThanOrEqual(0.93);
    });

    it("finds Ukrainian forms by light stems", () => {
      const quality = measure(withoutUkrainian, "uk");
      expect(quality.recall).toBeGreaterThanOrEqual(0.6);
      expect(quality.precision).toBeGreaterThanOrEqual(0.85);
    });

    it.skipIf(!hasUkrainian)(
      `finds Ukrainian forms by a dictionary${missing(hasUkrainian, "hunspell-uk")}`,
      () => {
        const quality = measure(analyzer, "uk");
        expect(quality.recall).toBeGreaterThanOrEqual(0.95);
        expect(quality.precision).toBeGreaterThanOrEqual(0.95);
      },
    );
  },
);

describe("words outside the list", () => {
  // One and two letters are abbreviations (`с` of «село») that a text hardly ever means.
  const lexemes = sampleLexemes(2_000, seeded(4)).map(({ lemma, forms }) => ({
    lemma,
    forms: forms.filter((form) => form.length > 2),
  }));

  it("finds every form of a Russian word by its dictionary form", () => {
    const pairs = lexemes.flatMap(({ lemma, forms }) =>
      forms.map((form) => [lemma, form] as const),
    );
    const missed = pairs.filter(([lemma, form]) => !finds(analyzer, lemma, form));
    expect(missed).toEqual([]);
  });

  it("finds every form of a Russian word by any other that is no word of its own", () => {
    const missed: string[] = [];
    for (const { lemma, forms } of lexemes) {
      const some = forms.filter((_, i) => i % Math.ceil(forms.length / 10) === 0);
      for (const typed of some.filter((form) => !isOtherWord(form, lemma))) {
        for (const form of some) {
          if (!finds(analyzer, typed, form)) missed.push(`${typed}→${form}`);
        }
      }
    }
    expect(missed).toEqual([]);
  });

  it("lets a search and a post meet over the same form, in any case and any company", () => {
    const missed: string[] = [];
    for (const form of lexemes.flatMap(({ forms }) => forms.slice(0, 2))) {
      const capital = form[0]!.toUpperCase() + form.slice(1);
      // Fewer letters, all in capitals, may be an acronym's, and then mean what is written so.
      const inCapitals = form.length > 5 ? [form.toUpperCase()] : [];
      for (const typed of [form, capital, ...inCapitals]) {
        for (const text of [form, form.toUpperCase(), `мы ${form}`, `її ${form}`]) {
          for (const one of [analyzer, withoutUkrainian]) {
            if (!finds(one, typed, text)) missed.push(`${typed} in ${text}`);
          }
        }
      }
    }
    expect(missed).toEqual([]);
  });

  it("knows English words that bend in their own way", () => {
    const missed = irregular.flatMap((line) => {
      const [base, ...forms] = line.split(" ") as [string, ...string[]];
      return forms.filter((form) => !finds(analyzer, base, form)).map((form) => `${base} ${form}`);
    });
    expect(missed).toEqual([]);
  });

  it("keeps English words apart that only begin alike", () => {
    const mixed = strangers.filter((line) => {
      const [one, other] = line.split(" ") as [string, string];
      return finds(analyzer, one, other) || finds(analyzer, other, one);
    });
    expect(mixed).toEqual([]);
  });

  it("keeps every word's keys as they are, or shows what a dictionary's new version changed", async () => {
    const random = seeded(500);
    const sampled = sampleLexemes(340, random).map(
      ({ forms }) => forms[Math.floor(random() * forms.length)]!,
    );
    const words = [...sampled, ...common, ...irregular.flatMap((line) => line.split(" "))];
    const table = words.slice(0, 500).map((word) => {
      const keys = withoutUkrainian.tokens(word).map((token) => token.keys.join(" "));
      return `${word}\t${keys.join(" | ")}\n`;
    });
    expect(table).toHaveLength(500);
    await expect(table.join("")).toMatchFileSnapshot("../../../fixtures/word-keys.tsv");
  });
});

function missing(isThere: boolean, what: string): string {
  return isThere ? "" : ` (missing: ${what})`;
}

/** Whether a search for one word finds a text whose last word is the other. */
function finds(analyzer: Analyzer, typed: string, text: string): boolean {
  const word = analyzer.query(typed);
  const token = analyzer.tokens(text).find(({ end }) => end === text.length)!;
  if (word.exact) return token.form === word.form;
  return token.keys.some((key) => word.keys.includes(key));
}

/** «Пила» is a saw before it is a form of «пить»: whoever types it means the saw. */
function isOtherWord(form: string, lemma: string): boolean {
  const { readings } = analyzer.query(form);
  return form !== lemma && readings.some((reading) => foldYo(reading.lemma) === foldYo(form));
}

interface Quality {
  readonly recall: number;
  readonly precision: number;
}

/** Recall and precision over a language's words of the list; each band is printed. */
function measure(analyzer: Analyzer, language: string): Quality {
  const bands = new Map<string, { found: number; sought: number; wrong: number }>();
  for (const line of readFileSync(devList, "utf8").trim().split("\n").slice(1)) {
    const [lang, typed, must, mustNot, band] = line.split("\t") as [string, ...string[]];
    if (lang !== language) continue;
    const count = (list: readonly string[]): number =>
      list.filter((form) => finds(analyzer, typed!, form)).length;
    for (const name of ["all", band!]) {
      const sum = bands.get(name) ?? { found: 0, sought: 0, wrong: 0 };
      sum.found += count(listed(must));
      sum.sought += listed(must).length;
      sum.wrong += count(listed(mustNot));
      bands.set(name, sum);
    }
  }
  const quality = new Map(
    Array.from(bands, ([band, { found, sought, wrong }]): [string, Quality] => [
      band,
      { recall: found / sought, precision: found / (found + wrong) },
    ]),
  );
  for (const [band, { recall, precision }] of quality) {
    console.log(`${language} ${band}: recall ${shown(recall)}, precision ${shown(precision)}`);
  }
  return quality.get("all")!;
}

function listed(column = ""): readonly string[] {
  return column.split("|").filter((word) => word !== "");
}

const irregular = [
  "hope hoped hoping hopes",
  "hop hopped hopping",
  "stare stared staring",
  "hate hated hates",
  "match matched matches",
  "operation operations",
  "leader leaders",
  "device devices",
  "relation relations",
  "detail details",
  "station stations",
  "base bases based",
  "businessman businessmen",
  "undergo undergoes undergone underwent",
  "bacterium bacteria",
  "found founded founding",
  "find found",
  "leave leaves",
  "travel travelled traveled travelling",
  "skill skilled",
  "version versioned versioning versions",
  "lie lied",
  "bus bused busing",
  "eye eyed eyeing eying",
  "relay relayed relaid",
  "staff staffs staves",
  "sally sallying",
  "diagnostic diagnostics",
  "plus pluses plusses",
  "focus focuses focused focussed",
  "colour color colours colored",
  "defense defence defences",
  "organise organize organized organising",
  "programme programs",
  "grey gray",
  "be am is are was were been being",
  "have has had having",
  "do does did done doing",
  "go goes went gone going",
  "say says said",
  "make made making",
  "take took taken taking",
  "see saw seen",
  "leave left leaving",
  "write wrote written writing",
  "stand stood",
  "mean meant",
  "run ran running",
  "sit sat sitting",
  "lie lay lain lying",
  "lose lost",
  "drive drove driven",
  "choose chose chosen",
  "catch caught",
  "fly flew flown flies",
  "eat ate eaten",
  "steal stole stolen",
  "stop stopped stopping",
  "study studied studies studying",
  "agree agreed agreeing",
  "panic panicked",
  "man men",
  "woman women",
  "child children",
  "foot feet",
  "person people",
  "leaf leaves",
  "wife wives",
  "analysis analyses",
  "crisis crises",
  "phenomenon phenomena",
  "criterion criteria",
  "matrix matrices",
  "datum data",
  "hero heroes",
  "city cities",
  "church churches",
  "good better best",
  "bad worse worst",
  "happy happier happiest",
  "big bigger biggest",
  "tokenizer tokenizers",
  "google googled googling googles",
  "benchmark benchmarks benchmarked benchmarking",
  "embedding embeddings",
];

const strangers = [
  "hop hoped",
  "star stared",
  "hat hated",
  "rap raped",
  "mat matched",
  "basis bases",
  "sing singed",
  "the thing",
  "len lens",
  "economic economics",
  "new news",
  "general generate",
  "university universe",
  "organ organization",
  "learn learner",
  "number numb",
  "corn corner",
  "tow tower",
  "sum summer",
  "bus bu",
  "this thi",
  "see seed",
  "fee feed",
  "boss bos",
  "even evening",
  "use us",
  "token tokenizer",
  "good goods",
];

const common = (
  "год года лет человек людей люди время дело жизнь день дня рука раз стали сталь мыло мыть пила пить берёт берет " +
  "все всё ещё еще для при суть вид право новое военной русский по-русски нейросетями промптов датасета чат-бота " +
  "чатбот зафайнтюнил лайкнул репостов инференса туннелирований телеграм интернет-магазина C++ F1-score GPT-4 10.000₽"
).split(" ");

/** A band may have words to find only, or words not to find only. */
function shown(share: number): string {
  return Number.isNaN(share) ? "not asked" : share.toFixed(3);
}
