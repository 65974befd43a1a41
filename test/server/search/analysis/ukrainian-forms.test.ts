import { describe, expect, it, test } from "vitest";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";
import { findUkrainian } from "../../../../server/search/analysis/ukrainian.ts";

const analyzer = createAnalyzer();
const hasDictionary = findUkrainian() !== undefined;

/** Each line begins with a word as a dictionary has it; a search for it finds its other forms. */
const words = {
  "towns in -ськ and -цьк": [
    "Покровськ Покровська Покровську Покровськом",
    "Донецьк Донецька Донецьку Донецьком",
    "Краматорськ Краматорська Краматорську",
    "Луцьк Луцька Луцьку Луцьком",
  ],
  "surnames in -ін and -ов": [
    "Путін Путіна Путіну Путіним Путіні",
    "Сталін Сталіна Сталіну Сталіним",
    "Єльцин Єльцина Єльцину Єльциним",
  ],
  numerals: [
    "два двох двом двома дві",
    "три трьох трьом трьома",
    "чотири чотирьох чотирьом чотирма",
    "п'ять п'яти п'ятьох п'ятьма",
    "сім семи сімох сьома",
    "сто ста",
    "двісті двохсот",
  ],
  pronouns: [
    "хто кого кому ким",
    "він його йому ним нього",
    "воно його йому ним нього",
    "цей це ця ці цього цьому цим цієї цих цими",
    "весь все вся всі всього всіх всім усіх усього",
    "свій своя своє свої свого своїм своїх",
  ],
  "nouns of two stems": [
    "людина люди людей людям",
    "дівчина дівчини дівчата дівчат",
    "гра гри гру ігри ігор іграх",
  ],
  "verbs with an apostrophe": [
    "бити б'ю б'єш б'є б'ємо б'ють бив",
    "розбити розіб'ю розіб'є розіб'ють розбив",
    "пити п'ю п'є п'ють пив",
    "зв'язати зв'яжу зв'яже зв'язав",
  ],
  "verbs whose root changes": [
    "зібрати зберу збере зберуть зібрав",
    "померти помру помре помрем помер",
    "стати стану стане стали станемо",
    "жити живу живе живуть жив",
    "відігнати віджену віджене відігнав",
    "хотіти хочу хоче хочуть хотів",
  ],
  "verbs that are listed form by form": [
    "вистачати вистачає вистачало",
    "довестися доведеться довелося довелось",
    "вловити вловлю вловимо вловим",
  ],
  "short adjectives": ["винний винен винна", "певний певен", "здатний здатен"],
};

describe.skipIf(!hasDictionary)("by a dictionary (hunspell-uk)", () => {
  describe.each(Object.entries(words))("%s", (_, lines) => {
    test.each(lines)("%s", (line) => {
      const [typed, ...forms] = line.split(" ") as [string, ...string[]];
      expect(forms.filter((form) => !finds(typed, `їхні ${form}`))).toEqual([]);
    });
  });

  test.each([
    ["Покровськ", "Покрова"],
    ["чотири", "три"],
    ["зібрати", "збити"],
    ["сто", "стати"],
  ])("%s does not find %s", (typed, other) => {
    expect(finds(typed, `їхні ${other}`)).toBe(false);
  });

  it("takes a form that is listed for no word of its own", () => {
    expect(analyzer.query("Донецьком").readings.map(({ lemma }) => lemma)).toEqual(["донецьк"]);
  });

  test.each(["Байден Байдена Байденом", "токен токена токенов токенами"])(
    "leaves Russian as it is: %s",
    (line) => {
      const forms = line.split(" ");
      for (const typed of forms) {
        expect(forms.filter((form) => !finds(typed, `мы ${form}`))).toEqual([]);
      }
    },
  );
});

/** Whether a search for a word finds a text by its last word. */
function finds(typed: string, text: string): boolean {
  const { keys } = analyzer.query(typed);
  return analyzer
    .tokens(text)
    .at(-1)!
    .keys.some((key) => keys.includes(key));
}
