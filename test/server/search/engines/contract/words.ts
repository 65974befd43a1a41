/* oxlint-disable vitest/expect-expect -- `finds` expects. */
import { describe, expect, it } from "vitest";
import { Corpus, finds, type OpenEngine } from "./corpus.ts";

/** Words, phrases, signs, exclusions and alternatives. */
export function describeWords(open: OpenEngine): void {
  describe("words", () => {
    it(
      "a word finds all its forms and not its relatives",
      finds(
        open,
        [
          "Зачем нарушают симметрию",
          "Нарушение симметрии",
          "Люди пошли домой",
          "Человек шёл, идя",
          "He went home",
          "We go",
        ],
        [
          ["симметрия", [1, 2]],
          ["симметриями", [1, 2]],
          ["нарушать", [1]],
          ["человек", [3, 4]],
          ["идти", [4]],
          ["go", [5, 6]],
          ["СИММЕТРИЯ", [1, 2]],
        ],
      ),
    );
    it(
      "an exact word finds only the form typed",
      finds(
        open,
        ["симметрия", "симметрию"],
        [
          ["=симметрию", [2]],
          ["=Симметрия", [1]],
          ["=симметрией", []],
        ],
      ),
    );
    it(
      "== finds the exact letters: capitals, accents and ё as typed",
      finds(
        open,
        [
          "Симметрия мира",
          "симметрия Мира",
          "СИММЕТРИЯ",
          "Ёлка",
          "ёлка",
          "елка",
          "Café",
          "cafe",
          "замо\u0301к",
          "замок",
          "симметрия и Симметрия",
          "The Who sing",
          "the who sing, The Who sang",
          "who The sing",
        ],
        [
          ["==Симметрия", [1, 11]],
          ["==симметрия", [2, 11]],
          ["==СИММЕТРИЯ", [3]],
          ["==симметрию", []],
          ["==СимметриЯ", []],
          ["==ёлка", [5]],
          ["==елка", [6]],
          ["==Ёлка", [4]],
          ["==Café", [7]],
          ["==cafe", [8]],
          ["==замок", [10]],
          ["==замо\u0301к", [9]],
          ['=="The Who"', [12, 13]],
          ['=="The Who sing"', [12]],
          ['=="the who"', [13]],
          ['=="who sing"', [13]],
          ['=="who sing"~1', [13, 14]],
          ["-==симметрия -==Симметрия", [3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14]],
          ["==Симметрия OR ==ёлка", [1, 5, 11]],
          ["=симметрия", [1, 2, 3, 11]],
          ['="симметрия мира"', [1, 2]],
          ["симметр*", [1, 2, 3, 11]],
          ["симетрия~", [1, 2, 3, 11]],
        ],
      ),
    );
    it(
      "technical words have letters of their own, too",
      finds(
        open,
        ["GPT-4 и F1-score", "gpt-4 и f1-Score", "Wi‑Fi", "wi-fi", "O’Brien", "o'brien"],
        [
          ["==GPT-4", [1]],
          ["==gpt-4", [2]],
          ["==f1-Score", [2]],
          ["==Wi-Fi", [3]],
          ["==O'Brien", [5]],
          ["==o’brien", [6]],
          ["f1-sc*", [1, 2]],
          ["gpt-4", [1, 2]],
        ],
      ),
    );
    it(
      "an acronym is found with its plural and cases, in any letters",
      finds(
        open,
        [
          "Both APIs are down",
          "The API is down",
          "the api",
          "an API’s key",
          "ВСУ сообщили",
          "всу сообщили",
          "ЦИКу поручено",
          "в ЦИК",
          "рапид",
          "ЦБу",
          "цб",
        ],
        [
          ["API", [1, 2, 3, 4]],
          ["APIs", [1, 2, 3, 4]],
          ["=API", [2, 3]],
          ["=APIs", [1]],
          ["==API", [2]],
          ["ВСУ", [5, 6]],
          ["ЦИКу", [7, 8]],
          ["ЦИК", [7, 8]],
          ["ЦБ", [10, 11]],
          ['"ВСУ сообщить"', [5, 6]],
          ["-API", [5, 6, 7, 8, 9, 10, 11]],
        ],
      ),
    );
    it(
      "capitals whose letters are a plain word mean what is written in capitals",
      finds(
        open,
        [
          "It is what it is and who told us",
          "The US and the WHO discuss IT",
          "US's troops",
          "доклад ВОЗ",
          "воз сена",
          "ВОЗу виднее",
          "US-led troops",
          "Us too",
        ],
        [
          ["US", [2, 3, 7]],
          ["WHO", [2]],
          ["IT", [2]],
          ["=US", [2, 7]],
          ['"US"', [2, 3, 7]],
          ['"US troops"', [3]],
          ['="US led"', [7]],
          ["us", [1, 2, 3, 7, 8]],
          ["=us", [1, 2, 7, 8]],
          ["==us", [1]],
          ["ВОЗ", [4, 6]],
          ["=ВОЗ", [4]],
          ["воз", [4, 5, 6]],
          ["who -WHO", [1]],
        ],
      ),
    );
    it(
      "a long word in capitals means Caps Lock: every word is plain, but for what is ==",
      finds(
        open,
        ["tell us about symmetry", "Symmetry in the US", "SYMMETRY", "US"],
        [
          ["US SYMMETRY", [1, 2]],
          ["US symmetry", [2]],
          ["(US OR BY) -SYMMETRY", [4]],
          ["us SYMMETRY", [1, 2]],
          ["US ==SYMMETRY", []],
          ["SYMMETRY", [1, 2, 3]],
        ],
      ),
    );
    it(
      "е and ё are one, and a typed ё settles the word",
      finds(
        open,
        ["Ёлка в лесу", "елки и палки", "Он берёт кредит", "Они брали", "Синие береты"],
        [
          ["ёлка", [1, 2]],
          ["елка", [1, 2]],
          ["берёт", [3, 4]],
          ["=берет", [3]],
        ],
      ),
    );
    it(
      "accents, stress marks and case do not matter, й and ї are letters of their own",
      finds(
        open,
        ["Café comme il faut", "замо́к", "чай", "їжа"],
        [
          ["cafe", [1]],
          ["замок", [2]],
          ["CAFÉ", [1]],
          ["їжа", [4]],
        ],
      ),
    );
    it(
      "AND, OR, NOT and groups mean what they say",
      finds(
        open,
        ["кошка", "собака", "кошка собака", "рыба"],
        [
          ["кошка собака", [3]],
          ["кошка OR собака", [1, 2, 3]],
          ["кошка | рыба", [1, 3, 4]],
          ["кошка -собака", [1]],
          ["-собака", [1, 4]],
          ["-кошка -собака", [4]],
          ["(кошка OR рыба) -собака", [1, 4]],
          ["кошка (собака OR рыба)", [3]],
          ["-(кошка собака)", [1, 2, 4]],
          ["-(кошка OR рыба)", [2]],
          ["рыба OR -кошка", [2, 4]],
          ["кошка OR (собака -кошка)", [1, 2, 3]],
          ["кошка НЕ собака", [1]],
          ["", [1, 2, 3, 4]],
        ],
      ),
    );
    it(
      "no part of a query is dropped, however many",
      finds(
        open,
        ["один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать", "один"],
        [
          ["один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать", [1]],
          ["один два три четыре пять шесть семь восемь девять десять одиннадцать тринадцать", []],
          ["один два три четыре пять шесть семь восемь девять десять одиннадцать -двенадцать", []],
        ],
      ),
    );
  });

  describe("phrases", () => {
    it(
      "a phrase is its words side by side in that order, in any forms",
      finds(
        open,
        ["нейронные сети учатся", "учатся сети нейронные", "нейронных сетей", "нейронные и сети"],
        [
          ['"нейронная сеть"', [1, 3]],
          ['="нейронных сетей"', [3]],
          ['"сеть нейронная"', [2]],
          ['-"нейронная сеть"', [2, 4]],
          ['"нейронная сеть" OR "сеть нейронная"', [1, 2, 3]],
        ],
      ),
    );
    it(
      "slop lets others between, and the order stays",
      finds(
        open,
        [
          "loss of the model",
          "model of loss",
          "loss model",
          "loss a b c model",
          "one. loss",
          "loss loss x model",
        ],
        [
          ['"loss model"~2', [1, 3, 6]],
          ['"loss model"~1', [3, 6]],
          ['"loss model"~3', [1, 3, 4, 6]],
          ['"loss model"', [3]],
          ['"model loss"~5', [2]],
          ['-"loss model"~3', [2, 5]],
        ],
      ),
    );
    it(
      "punctuation and line ends do not break a phrase",
      finds(open, ["Привет, мир!", "привет\nмир", "«Привет» — мир"], [['"привет мир"', [1, 2, 3]]]),
    );
    it(
      "a technical word of a phrase is one word, in its place, and meets its joined form",
      finds(
        open,
        [
          "Метрика F1-score модели",
          "метрика F1 score модели, F1-score",
          "чат-бот отвечает",
          "Чатботы отвечали",
          "бот отвечает в чат-бот",
          "цена 10 000 ₽ за метр",
          "цена: 10000 ₽ за метр",
        ],
        [
          ['"метрика F1-score модель"', [1]],
          ['"метрика модель"~2', [1, 2]],
          ['"метрика модель"~1', []],
          ['"чат-бот отвечает"', [3, 4]],
          ['"чатбот отвечает"', [3, 4]],
          ['="чат-бот отвечает"', [3]],
          ['"цена 10 000 ₽ за"', [6, 7]],
          ['"цена за"~2', [7]],
        ],
      ),
    );
    it("a phrase never spans two texts of a post", async () => {
      await using engine = await open({ archiveId: "words" });
      const poll = {
        question: "белый",
        type: "Anonymous Poll",
        options: [{ text: "чёрный кот", percent: 1 }],
      };
      const corpus = await new Corpus(engine).made({ poll });
      expect(await corpus.found('"белый чёрный"')).toEqual([]);
      expect(await corpus.found('"белый чёрный"~5')).toEqual([]);
      expect(await corpus.found('"чёрный кот"')).toEqual([1]);
      expect(await corpus.found("белый кот")).toEqual([1]);
    });
  });

  describe("prefixes and typos", () => {
    it(
      "word* finds what begins so, and nothing else is cut short",
      finds(
        open,
        ["симметрия", "симпатия", "асимметрия", "си", "F1-score"],
        [
          ["сим*", [1, 2]],
          ["сим", []],
          ["симметри*", [1]],
          ["-сим*", [3, 4, 5]],
          ["f1-sc*", [5]],
        ],
      ),
    );
    it(
      "word~ allows one edit, two from eight letters, and finds all forms of what it reached",
      finds(
        open,
        ["кошка", "кошки", "мошка", "каша", "градиентный спуск", "корова"],
        [
          ["кошак~", [1, 2]],
          ["гродиентнный~", [5]],
          ["каровв~", []],
          ["кошак", []],
        ],
      ),
    );
    it("the last word may go on when asked to", async () => {
      await using engine = await open({ archiveId: "words" });
      const corpus = await new Corpus(engine).made("большая симметрия", "симпатия", "большой");
      expect(await corpus.found("большая сим", { prefixLast: true })).toEqual([1]);
      expect(await corpus.found("сим", { prefixLast: true })).toEqual([1, 2]);
      expect(await corpus.found("большая сим")).toEqual([]);
    });
    it("a query without hits gets a suggestion with its count, a quoted one does not", async () => {
      await using engine = await open({ archiveId: "words" });
      const corpus = await new Corpus(engine).made("симметрия", "симметрию", "привет");
      expect((await corpus.ask("симетрия")).suggestion).toEqual({ query: "симметрия", total: 2 });
      expect((await corpus.ask("симметрия")).suggestion).toBeUndefined();
      expect((await corpus.ask('"симетрия"')).suggestion).toBeUndefined();
      expect((await corpus.ask("=симетрия")).suggestion).toBeUndefined();
      expect((await corpus.ask("ъъъъъ")).suggestion).toBeUndefined();
    });
    it("a suggestion may be typed on another keyboard, in another alphabet, in one word or two", async () => {
      await using engine = await open({ archiveId: "words" });
      const corpus = await new Corpus(engine).made(
        "Бахмут освобождён",
        "Нижній підозра їхня",
        "Нижний Новгород",
        "Привет, нейросеть",
        "Навальный и Жуков",
        "hello Moscow, мыло",
        "Фестиваль — праздник, festival",
      );
      const rows = [
        ["<f[ven", "Бахмут", 1],
        ["<F{VEN", "БАХМУТ", 1],
        ["gsljphf", "підозра", 1],
        ['"yb;ybq yjdujhjl"', '"нижний новгород"', 1],
        ['"atcnbdfkm - ghfplybr"', '"фестиваль - праздник"', 1],
        ["yb;ybq yjdujhjl", "нижний новгород", 1],
        ["ghbdtn", "привет", 1],
        ["руддщ", "hello", 1],
        [":erjd", "Жуков", 1],
        ["bakhmut", "бахмут", 1],
        ["privet", "привет", 1],
        ["pidozra", "підозра", 1],
        ["navalny", "навальный", 1],
        ["хелло", "hello", 1],
        ["festivall", "festival", 1],
        ["ней росеть", "нейросеть", 1],
        ["нижнийновгород", '"нижний новгород"', 1],
        ["привед -рыба", "привет -рыба", 1],
        ["пиревт", "привет", 1],
        ["прквед", "привет", 1],
        ["мыло~ NEAR/5 мосоу", undefined],
        ["=bakhmut", undefined],
        ["щщщщщ", undefined],
        ["бахмут рыба", undefined],
      ] as const;
      const found: unknown[] = [];
      for (const [query] of rows) {
        const { suggestion } = await corpus.ask(query);
        found.push(
          suggestion === undefined
            ? [query, undefined]
            : [query, suggestion.query, suggestion.total],
        );
      }
      expect(found).toEqual(rows);
    });
    it("a suggestion to who may see some channels only is made of their words", async () => {
      await using engine = await open({ archiveId: "words" });
      const corpus = await new Corpus(engine).made(
        { channel: "garden", text: "tulips" },
        { channel: "orchard", text: "quinces" },
        { channel: "orchard", text: "tulipss" },
      );
      const suggested = async (query: string, within: readonly string[]) =>
        (await corpus.ask(`(${query}) in:${within.join(",")}`, { within })).suggestion?.query;
      expect(await suggested("quincse", ["garden", "orchard"])).toContain("quinces");
      expect(await suggested("quincse", ["garden"])).toBeUndefined();
      // Found elsewhere, a word is not found; put right, it is one of this channel.
      expect(await suggested("tulipss", ["garden"])).toContain("tulips ");
      expect(await suggested("tulpis OR quincse", ["garden"])).toContain("quincse");
    });
  });

  describe("signs", () => {
    it(
      "technical words match whole, their parts alone find them too",
      finds(
        open,
        [
          "C++ и C#",
          "C и D",
          "Метрика F1-score",
          "score F1",
          "Precision\\@K растёт",
          "log-loss",
          "loss log",
          "log loss",
        ],
        [
          ["C++", [1]],
          ["C#", [1]],
          ["c", [1, 2]],
          ["F1-score", [3]],
          ["f1", [3, 4]],
          ['"Precision@K"', [5]],
          ["Precision@K", [5]],
          ["log-loss", [6]],
          ["loss", [6, 7, 8]],
          ['"loss log"', [7]],
          ["-log-loss loss", [7, 8]],
        ],
      ),
    );
    it(
      "sums, emoji and characters of scripts without spaces are found",
      finds(
        open,
        ["промокод на 10.000₽", "10 и 000", "огонь 🔥", "我爱北京天安门", "北天京"],
        [
          ["10.000₽", [1]],
          ["🔥", [3]],
          ["北京", [4]],
          ["天安", [4]],
          ["京", [4, 5]],
        ],
      ),
    );
    it(
      "nothing of FTS or filter syntax is understood",
      finds(
        open,
        ["near and or not", 'say "hi" form:class', "t.me/x and it's @user"],
        [
          ["near", [1]],
          ["form:class", [2]],
          ["t.me/x", [3]],
          ["it's", [3]],
          ['"hi"', [2]],
          ["'; drop table texts; --", []],
        ],
      ),
    );
  });
}
