import { describe, expect, it, test } from "vitest";
import { createAnalyzer } from "../../../../server/search/analysis/analyzer.ts";

const analyzer = createAnalyzer({ ukrainian: "none" });

/** Each line is one word in its forms; a search for any of them finds all. */
const words = {
  "surnames whose cases are a town's": [
    "Суровикин Суровикина Суровикину Суровикиным Суровикиных",
    "Мантуров Мантурова Мантурову Мантуровым Мантуровой Мантуровых",
  ],
  "surnames whose case is a common word's": [
    "Шустова Шустов Шустову Шустовым Шустовых",
    "Слонов Слонова Слонову Слоновым Слоновой",
  ],
  "surnames in -ский whose case is a town's": ["Маковский Маковского Маковскому Маковским"],
  ordinals: [
    "пятый пятого пятому пятым пятая пятой пятые пятых",
    "первый первого первая первых",
    "третий третьего третьей третьих",
    "сороковой сорокового сороковых",
    "тысячный тысячного тысячные",
  ],
  "new names": ["Байден Байдена Байдену Байденом Байдене"],
  "new nouns in a consonant": [
    "токен токена токену токеном токены токенов токенам токенами токенах",
    "краудфандинг краудфандинга краудфандингу краудфандингом",
  ],
  "new nouns in -й": [
    "деплой деплоя деплою деплоем деплое деплои деплоев деплоям деплоями деплоях",
    "геймплей геймплея геймплею геймплеем геймплее геймплеи геймплеев",
    "спидвай спидваю спидваем спидваи спидваев",
  ],
  "new verbs in -ировать": [
    "релоцировать релоцирую релоцируешь релоцирует релоцируют релоцируй релоцировал релоцировала релоцировавший релоцирующая релоцируемых релоцированный релоцируя",
    "релоцироваться релоцируется релоцируюсь релоцировались релоцировавшийся релоцирующуюся",
    "верифицироваться верифицируется верифицируются верифицировалась",
  ],
  "new verbs in -нуть": [
    "чекнуть чекну чекнешь чекнет чекнем чекнут чекни чекните чекнул чекнула чекнули чекнув чекнувший чекнутый",
    "залогинуться залогинусь залогинется залогинулся залогинувшимся",
  ],
  "new verbs in -ить": [
    "пофиксить пофикшу пофиксишь пофиксит пофиксят пофиксил пофиксили пофиксивший пофикшенный",
    "задонатить задоначу задонатит задонатили задонативший задоначенных",
    "задеплоить задеплоил задеплоили задеплоивший задеплоенный",
    "нафлудить нафлужу нафлудит нафлудил",
    "заспамить заспамлю заспамит заспамленный",
    "запостить запощу запостит запостили запощенный",
  ],
  "acronyms with endings": ["ЦИК ЦИКу ЦИКом ЦИКа"],
  "numbers with endings": ["16-й 16-го 16-му 16й 16го"],
  "designations with endings": ["F-16 F-16-й F-16-м", "Су-34 Су-34-х"],
};

describe.each(Object.entries(words))("%s", (_, lines) => {
  test.each(lines)("%s", (line) => {
    const forms = line.split(" ");
    const missed = forms.flatMap((typed) =>
      forms.filter((form) => !finds(typed, form)).map((form) => `${typed} → ${form}`),
    );
    expect(missed).toEqual([]);
  });
});

describe("words that only look alike", () => {
  test.each([
    ["релоцировать", "релоцироваться"],
    ["релоцировать", "релокация"],
    ["токсичность", "токсичный"],
    ["16-го", "17-го"],
    ["F-16-й", "F-15-й"],
    ["геймплей", "геймпад"],
    ["первый", "один"],
    ["пять", "пятого"],
    ["третий", "три"],
    ["Шустова", "шуст"],
    ["слонова", "слону"],
  ])("%s does not find %s", (typed, other) => {
    expect(finds(typed, `мы ${other}`)).toBe(false);
  });
});

it("says what else a surname's case may be", () => {
  expect(lemmas("Суровикина")).toEqual(["суровикино", "суровикин"]);
  expect(lemmas("Мантурову")).toEqual(["мантурово", "мантуров"]);
  expect(lemmas("Харькова")).toEqual(["харьков"]);
  expect(lemmas("Маковского")).toEqual(["маковское", "маковский"]);
});

it("takes a surname for the common word it looks like when it has no capital", () => {
  expect(finds("Слонова", "мы видели Слонов")).toBe(true);
  expect(finds("Слонова", "мы видели слонов")).toBe(false);
});

function lemmas(typed: string): readonly string[] {
  return analyzer
    .query(typed)
    .readings.filter(({ taken }) => taken)
    .map(({ lemma }) => lemma);
}

/** Whether a search for a word finds a text of one other. */
function finds(typed: string, text: string): boolean {
  const { keys, form, exact } = analyzer.query(typed);
  return analyzer
    .tokens(text)
    .some((token) => (exact ? token.form === form : token.keys.some((key) => keys.includes(key))));
}
