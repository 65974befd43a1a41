import { isDeepStrictEqual } from "node:util";
import { describe, expect, it, test } from "vitest";
import { QuerySyntaxError } from "../../../../server/search/query/query-errors.ts";
import { parseQuery } from "../../../../server/search/query/parse.ts";
import { printQuery } from "../../../../server/search/query/print.ts";
import { leavesOf } from "../../../../server/search/query/terms.ts";
import type { Query, QueryNode } from "../../../../server/search/query/tree.ts";
import { counterexample, now, queryTree, typedText, withoutPlaces } from "./arbitrary-query.ts";

/** The canonical text, with brackets around what the tree holds apart. */
function canonical(typed: string): string {
  return printQuery(parseQuery(typed, { now }));
}

function tree(typed: string): unknown {
  return withoutPlaces(parseQuery(typed, { now }).root);
}

function warnings(typed: string): string[] {
  return parseQuery(typed, { now }).warnings.map(
    ({ message, at }) => `${typed.slice(at.start, at.end)} → ${message}`,
  );
}

function refusal(typed: string): QuerySyntaxError {
  try {
    parseQuery(typed, { now });
  } catch (error) {
    if (error instanceof QuerySyntaxError) return error;
    throw error;
  }
  throw new Error(`“${typed}” was taken`);
}

describe("what people type, and how it is understood", () => {
  test.each([
    // typed, canonical
    ["", ""],
    ["   ", ""],
    ["симметрия", "симметрия"],
    ["промокод OR симметрия", "промокод OR симметрия"],
    ["промокод ИЛИ симметрия", "промокод OR симметрия"],
    ["промокод | симметрия", "промокод OR симметрия"],
    ["промокод|симметрия", "промокод OR симметрия"],
    ["a b OR c d", "(a b) OR (c d)"],
    ["a (b OR c) d", "a (b OR c) d"],
    ["(a b) c", "a b c"],
    ["((a) OR (b OR c))", "a OR b OR c"],
    ["нейроны -курс", "нейроны -курс"],
    ["нейроны −курс –скидка", "нейроны -курс -скидка"],
    ["нейроны NOT курс НЕ скидка", "нейроны -курс -скидка"],
    ["NOT(a OR b)", "-(a OR b)"],
    ["-(a b) c", "-(a b) c"],
    ["-курс", "-курс"],
    ["--verbose", "verbose"],
    ["NOT NOT NOT a", "-a"],
    ["NOT -a", "a"],
    ["-OR", "-OR"],
    ["--OR", "--OR"],
    ["a OR -(-ИЛИ)", "a OR --ИЛИ"],
    ["orange android nottingham ИЛИада НЕбо", "orange android nottingham ИЛИада НЕбо"],
    ["or not и не или and AND", "or not и не или and AND"],
    ["OR-gate NOT_NULL", "OR-gate NOT_NULL"],
    ["log-loss ИИ-агент", "log-loss ИИ-агент"],
    ["C++ C# F1-score Precision@K", "C++ C# F1-score Precision@K"],
    [String.raw`Precision\@K`, "Precision@K"],
    [
      String.raw`\-курс \#тег \"кавычка in\:durov a\*`,
      String.raw`\-курс \#тег \"кавычка in\:durov a\*`,
    ],
    [String.raw`\alpha`, String.raw`\\alpha`],
    ["10.000₽ 🔥 学习 $100", "10.000₽ 🔥 学习 $100"],
    ["1\u00a0000\u00a0000 $10 000, -25 000", "1 000 000 $10 000, -25 000"],
    ["№ 5 №\u00a05 № §12 -№ 5", "№ 5 № 5 № §12 -№ 5"],
    ["№ (5) ★ →", "№ (5) ★ →"],
    ["‘alpha beta’ =‘don’t stop’~2", '"alpha beta" ="don’t stop"~2'],
    ["‘alpha’ beta", String.raw`\‘alpha’ beta`],
    ["the boys’ room don’t", "the boys’ room don’t"],
    [String.raw`\‘alpha beta’ =\‘a b’`, String.raw`\‘alpha beta’ =\‘a b’`],
    ["1 (000) 2024 500 10 00 1 000,5", "1 (000) 2024 500 10 00 1 000,5"],
    ['"машинное обучение"', '"машинное обучение"'],
    ["«машинное обучение»", '"машинное обучение"'],
    ["“машинное обучение” „ещё раз“", '"машинное обучение" "ещё раз"'],
    ['"он сказал «да» вчера"', '"он сказал «да» вчера"'],
    ['«он сказал "да" вчера»', String.raw`"он сказал \"да\" вчера"`],
    ['="Машинное обучение"', '="Машинное обучение"'],
    ['"a b"~3 ="c d"~2', '"a b"~3 ="c d"~2'],
    ['"a b"~0', '"a b"'],
    ['a"b c"d', 'a "b c" d'],
    ["=симметрию =Мыло", "=симметрию =Мыло"],
    ["симм* нейросит~", "симм* нейросит~"],
    ["*град теле*щик кибер*ци* **ция", "*град теле*щик кибер*ци* *ция"],
    ["f**k нейро** -*град", "f*k нейро* -*град"],
    [String.raw`a\*b log-l*ss *.org`, String.raw`a\*b log-l\*ss \*.org`],
    ["д*а NEAR/2 *кот", "д*а NEAR/2 *кот"],
    [
      'was:кот was:"два слова"~2 -was:==Кот WAS:к*т',
      'was:кот was:"два слова"~2 -was:==Кот was:к*т',
    ],
    ["was:OR was:кот~ was:=кот was:кот*", "was:OR was:кот~ was:=кот was:кот*"],
    [String.raw`was\:кот was :`, String.raw`was\:кот was`],
    ["кот NEAR/5 пёс", "кот NEAR/5 пёс"],
    ["кот РЯДОМ/05 «белый пёс»~1", 'кот NEAR/5 "белый пёс"~1'],
    ["a -b NEAR/1 c d", "a -b NEAR/1 c d"],
    ["((a OR =b)) NEAR/50((==c)) OR d", "(a OR =b) NEAR/50 ==c OR d"],
    ["--NOT NEAR/2 (--OR | x)", "(--NOT) NEAR/2 (--OR OR x)"],
    ["NEAR/5 a", String.raw`NEAR\/5 a`],
    ["a NEAR/5", String.raw`a NEAR\/5`],
    ["(a РЯДОМ/5) b", String.raw`a РЯДОМ\/5 b`],
    ["a NEAR/5 OR b", String.raw`(a NEAR\/5) OR b`],
    [String.raw`a NEAR\/5 b`, String.raw`a NEAR\/5 b`],
    ["a near/5 b/NEAR/5 NEAR/5x NEAR/ NEAR", "a near/5 b/NEAR/5 NEAR/5x NEAR/ NEAR"],
    ['"a NEAR/5 b" =NEAR/5', '"a NEAR/5 b" =NEAR/5'],
    ["a NEAR/5 ()", "a"],
    ["5 NEAR/5 000 000 NEAR", "5 NEAR/5 000 000 NEAR"],
    ["=симм*", String.raw`=симм\*`],
    ['==Симметрия =="Белый дом"~2 ==ёлка', '==Симметрия =="Белый дом"~2 ==ёлка'],
    ["===", ""],
    ["===x", String.raw`==\=x`],
    [String.raw`=\=x`, String.raw`=\=x`],
    ["==#тег ==in:durov", "==#тег ==in:durov"],
    ["US ВСУ APIs", "US ВСУ APIs"],
    ["US ВСУ APIs SYMMETRY", "us всу apis symmetry"],
    ['US -"The WHO КОМАНДА" ==US =WHO', 'us -"The who команда" ==US =who'],
    ["US OR ЦЕНТРОБАНК", "us OR центробанк"],
    [
      "US ==ЦЕНТРОБАНК #ЦЕНТРОБАНК https://t.me/ABCDEFG",
      "US ==ЦЕНТРОБАНК #центробанк https://t.me/ABCDEFG",
    ],
    ["US BEFORE:2024", "US before:2024"],
    ["#ML #машинное_обучение, $btc @Durov", "#ml #машинное_обучение $BTC @durov"],
    ["#2024 @K", "#2024 @K"],
    [
      "12:30 https://t.me/durov?x=a:b http://a.org/b_(c)",
      String.raw`12:30 https://t.me/durov?x=a:b http://a.org/b_\(c\)`,
    ],
    ["Внимание: скидка", "Внимание: скидка"],
    ["std::vector", "std::vector"],
    ["f(x)", "f x"],
    ["in:Durov channel:@telegram from:t.me/s/news", "in:durov in:telegram in:news"],
    ["IN:durov HAS:Photo", "in:durov has:photo"],
    ["in:durov,telegram", "in:durov,telegram"],
    ["-in:durov OR has:video", "-in:durov OR has:video"],
    ["author:durov author:@Durov", "author:durov author:durov"],
    ['author:"Павел  Дуров",Анна', 'author:"павел дуров",анна'],
    ["fwd:«Новости дня»", 'fwd:"новости дня"'],
    ["link:www.example.org,https://t.me/s/Durov/12/?single", "link:example.org,t.me/durov/12"],
    ['link:"https://a.org/b_(c),d" link:a.org:8080', 'link:"a.org/b_(c),d" link:a.org:8080'],
    ["link:a.org/x?q=1&utm_source=y#z", "link:a.org/x?q=1#z"],
    ["link:https://Example.org/ link:пример.рф", "link:example.org link:пример.рф"],
    ["tag:ML tag:#a,b mentions:@durov", "#ml tag:a,b @durov"],
    ["lang:RU,en", "lang:ru,en"],
    ["is:edited,deleted -is:forward", "is:edited,deleted -is:forward"],
    [
      "views:>1000 views:>=10k views:<5 views:<=5",
      "views:>=1001 views:>=10000 views:<=4 views:<=5",
    ],
    [
      "views:10..20 views:1.5M.. views:..3к reactions:7",
      "views:10..20 views:>=1500000 views:<=3000 reactions:7",
    ],
    ["id:5,7..9", "id:5,7..9"],
    ["after:2024-05 before:2024-05-06t12:30:00z", "after:2024-05 before:2024-05-06T12:30:00Z"],
    ["age:<7D", "age:<7d"],
    ["кошки sort:new", "кошки sort:new"],
    ["sort:views a OR b", "(a OR b) sort:views"],
    ["a sort:changed", "a sort:changed"],
    ["sort:old", "sort:old"],
    ["fold:Copies кошки sort:new", "кошки sort:new fold:copies"],
    ["a OR fold:copies b", "(a OR b) fold:copies"],
    ["copies:@Durov/12,t.me/lab/7", "copies:durov/12,lab/7"],
    ["-copies:durov/12", "-copies:durov/12"],
  ])("%s  ⟶  %s", (typed, printed) => {
    expect(canonical(typed)).toBe(printed);
    expect(tree(printed)).toEqual(tree(typed));
  });
});

describe("words", () => {
  it("carry at most one mark", () => {
    expect(tree("==A =a b* c~ d")).toEqual({
      kind: "and",
      nodes: [
        { kind: "word", text: "A", mark: "letters" },
        { kind: "word", text: "a", mark: "exact" },
        { kind: "word", text: "b", mark: "prefix" },
        { kind: "word", text: "c", mark: "typo" },
        { kind: "word", text: "d" },
      ],
    });
  });

  it("keep the place where they were typed", () => {
    const { root } = parseQuery(' =кот -"a b"~2 #тег');
    expect([...leavesOf(root)].map(({ leaf }) => leaf.at)).toEqual([
      { start: 1, end: 5 },
      { start: 7, end: 14 },
      { start: 15, end: 19 },
    ]);
  });
});

function range(typed: string): unknown {
  const { root } = parseQuery(typed, { now });
  if (root.kind !== "field" || root.field !== "date") throw new Error("not a date");
  return root.ranges.map(({ from, to }) =>
    [from, to]
      .map((moment) =>
        moment === undefined ? "" : new Date(moment).toISOString().replace(/:00\.000Z$/, "Z"),
      )
      .join(" to "),
  );
}

describe("dates", () => {
  test.each([
    ["after:2024", "2024-01-01T00:00Z to "],
    ["before:2024", " to 2024-01-01T00:00Z"],
    ["on:2024", "2024-01-01T00:00Z to 2025-01-01T00:00Z"],
    ["on:2024-02", "2024-02-01T00:00Z to 2024-03-01T00:00Z"],
    ["on:2024-02+03:00", "2024-01-31T21:00Z to 2024-02-29T21:00Z"],
    ["on:2024-02-29", "2024-02-29T00:00Z to 2024-03-01T00:00Z"],
    ["on:2024-02-29+03:00", "2024-02-28T21:00Z to 2024-02-29T21:00Z"],
    ["on:2024-05-06T12:30", "2024-05-06T12:30Z to 2024-05-06T12:31Z"],
    ["on:2024-05-06T12:30:00-0330", "2024-05-06T16:00Z to 2024-05-06T16:00:01.000Z"],
    ["after:2024-05-06T12:30:00+03:00", "2024-05-06T09:30Z to "],
    ["during:2023..2024-03", "2023-01-01T00:00Z to 2024-04-01T00:00Z"],
    ["on:2024-05-06..", "2024-05-06T00:00Z to "],
    ["on:..2024-05-06", " to 2024-05-07T00:00Z"],
    ["on:>2024-05", "2024-06-01T00:00Z to "],
    ["on:>=2024-05", "2024-05-01T00:00Z to "],
    ["on:<2024-05", " to 2024-05-01T00:00Z"],
    ["on:<=2024-05", " to 2024-06-01T00:00Z"],
    ["age:<7d", "2024-05-24T12:00Z to "],
    ["age:7d", "2024-05-24T12:00Z to "],
    ["age:>2w", " to 2024-05-17T12:00Z"],
    ["age:<3m", "2024-02-29T12:00Z to "],
    ["age:<12h", "2024-05-31T00:00Z to "],
    ["age:1m..1y", "2023-05-31T12:00Z to 2024-04-30T12:00Z"],
  ])("%s is %s", (typed, expected) => {
    expect(range(typed)).toEqual([expected]);
  });

  it("of a list are alternatives", () => {
    expect(range("on:2024-05-01,2024-05-03")).toHaveLength(2);
  });
});

describe("what cannot be used is refused, with its place", () => {
  test.each([
    ["кот has:photos", "photos"],
    ["has:photo,nothing", "nothing"],
    ["is:new", "new"],
    ["lang:russian", "russian"],
    ["lang:qq", "qq"],
    ["in:не-канал", "не-канал"],
    ["on:2024-02-30", "2024-02-30"],
    ["on:2024-13", "2024-13"],
    ["on:06.05.2024", "06.05.2024"],
    ["on:2024-05-06T25:00", "2024-05-06T25:00"],
    ["after:2024..2025", "2024..2025"],
    ["on:2024..2023", "2024..2023"],
    ["age:week", "week"],
    ["age:1y..1d", "1y..1d"],
    ["views:many", "many"],
    ["views:1.5", "1.5"],
    ["views:..", ".."],
    ["views:9..5", "9..5"],
    ["views:<0", "<0"],
    ["id:0", "0"],
    ["tag:a-b", "a-b"],
    ["link:a/b", "a/b"],
    ["sort:best", "best"],
    ["fold:all", "all"],
    ["-fold:copies", "fold:copies"],
    ["copies:durov", "durov"],
    ["copies:durov/0", "durov/0"],
    ["in: durov", "in:"],
    ["has:photo,", "has:photo,"],
    ["-sort:new", "sort:new"],
    ['"a b"~1000', "~1000"],
    ["кот *я", "*я"],
    ["a was: b", "was:"],
    ["was:#тег", "was:#тег"],
    ["was:(a OR b)", "was:"],
    ["was:a NEAR/2 b", "was:a"],
    ["a NEAR/0 b", "NEAR/0"],
    ["a NEAR/51 b", "NEAR/51"],
    ["a NEAR/5 b РЯДОМ/5 c", "РЯДОМ/5"],
    ["a NEAR/5 (b NEAR/5 c)", "b NEAR/5 c"],
    ["a NEAR/5 in:durov", "in:durov"],
    ["#тег NEAR/5 b", "#тег"],
    ["a NEAR/5 -b", "-"],
    ["a NEAR/5 НЕ b", "НЕ"],
    ["(a b) NEAR/5 c", "(a b)"],
    ["a NEAR/5 (b OR -c)", "(b OR -c)"],
    ["a NEAR/5 (b OR c d)", "(b OR c d)"],
    ["a NEAR/5 sort:new", "sort:new"],
    ["a NEAR/5 fold:copies", "fold:copies"],
  ])("%s", (typed, place) => {
    const { at, message } = refusal(typed);
    expect(typed.slice(at.start, at.end)).toBe(place);
    expect(message).toMatch(/^.{20,}\.$|, as .*\.$/);
  });

  it("more than 64 terms, at the term too many", () => {
    const typed = Array.from({ length: 65 }, (_, n) => `w${n}*`).join(" ");
    expect(typed.slice(refusal(typed).at.start)).toBe("w64*");
    expect(refusal(`"${"a ".repeat(65)}"`).message).toContain("64 terms");
    expect(canonical(Array.from({ length: 64 }, () => "a").join(" OR "))).toContain("a OR a");
  });

  it("more than 1,000 characters", () => {
    expect(refusal("a".repeat(1001)).message).toContain("1001 characters");
    expect(canonical("a".repeat(1000))).toHaveLength(1000);
  });

  it("parentheses nested more than 64 deep", () => {
    expect(refusal("(".repeat(500)).at).toEqual({ start: 64, end: 65 });
    expect(canonical(`${"(".repeat(64)}a${")".repeat(64)}`)).toBe("a");
  });
});

describe("nothing typed is dropped in silence", () => {
  test.each([
    ["foo:bar", ["foo: → There is no field “foo:”; it was searched for as text."]],
    ['"открытая кавычка', ['" → This quote is never closed; it was taken to run to the end.']],
    ["(a b", ["( → This parenthesis is never closed; it was taken to run to the end."]],
    ["a ) b", [") → “)” was left out: nothing was opened before it."]],
    ["a () b", ["() → “()” was left out: there is nothing in it."]],
    ['a ""', ['"" → “""” was left out: there is no word in it to search for.']],
    ["a - b", ["- → “-” was left out: there is no word in it to search for."]],
    ["a — b", ["— → “—” was left out: there is no word in it to search for."]],
    ["\0", ["\0 → “\0” was left out: there is no word in it to search for."]],
    ["a \x01", ["\x01 → “\x01” was left out: there is no word in it to search for."]],
    [
      "\x7F OR a",
      [
        "\x7F → “\x7F” was left out: there is no word in it to search for.",
        "OR → “OR” was left out: it needs something on both sides; put it in quotes to search for the word.",
      ],
    ],
    ['"\x1B"', ['"\x1B" → “"\x1B"” was left out: there is no word in it to search for.']],
    ["\u200B", ["\u200B → “\u200B” was left out: there is no word in it to search for."]],
    ["\uFEFF", ["\uFEFF → “\uFEFF” was left out: there is no word in it to search for."]],
    ["\ta\r\nb\x85\u2028\v\fc\u00A0", []],
    ["shared\0zzz", []],
    ["a *", ["* → “*” was left out: there is no word in it to search for."]],
    [
      "OR a",
      [
        "OR → “OR” was left out: it needs something on both sides; put it in quotes to search for the word.",
      ],
    ],
    [
      "a ИЛИ",
      [
        "ИЛИ → “ИЛИ” was left out: it needs something on both sides; put it in quotes to search for the word.",
      ],
    ],
    [
      "a OR OR b",
      [
        "OR → “OR” was left out: it needs something on both sides; put it in quotes to search for the word.",
      ],
    ],
    [
      "a НЕ",
      ["НЕ → “НЕ” was left out: nothing follows it; put it in quotes to search for the word."],
    ],
    [
      "a NOT OR b",
      ["NOT → “NOT” was left out: nothing follows it; put it in quotes to search for the word."],
    ],
    ["теле*щик *град", []],
    [
      "log-l*ss",
      [
        "log-l*ss → A * counts at the end of a word and within a plain one; here it was taken as text.",
      ],
    ],
    [
      '"f**k off" a',
      [
        '"f**k off" → A * counts at the end of a word and within a plain one; here it was taken as text.',
      ],
    ],
    [String.raw`"f\*k" a\*b`, []],
    [
      "a near/5 b",
      [
        "near/5 → “near/5” was searched for as text: NEAR/n counts in capitals, as a word of its own, between two sides.",
      ],
    ],
    [
      "a/NEAR/5 b РЯДОМ/5",
      [
        "a/NEAR/5 → “a/NEAR/5” was searched for as text: NEAR/n counts in capitals, as a word of its own, between two sides.",
        "РЯДОМ/5 → “РЯДОМ/5” was searched for as text: NEAR/n counts in capitals, as a word of its own, between two sides.",
      ],
    ],
    [
      'a NEAR/5 ""',
      [
        "NEAR/5 → “NEAR/5” was left out: it needs something on both sides; put it in quotes to search for the word.",
        '"" → “""” was left out: there is no word in it to search for.',
      ],
    ],
    [String.raw`a NEAR\/5 https://a.org/near/5`, []],
    ["a~2", ["a~2 → A word takes ~ without a number; this was taken as text."]],
    ['"a b"~', ['~ → “~” was left out: after a phrase it takes a number, as "a b"~3.']],
    [
      "a AND b",
      ["AND → AND was searched for as a word: a space already means that both must be there."],
    ],
    ['"AND" =AND and', []],
    [
      "=a*",
      ["=a* → A * counts at the end of a word and within a plain one; here it was taken as text."],
    ],
    [
      "==a*b",
      [
        "==a*b → A * counts at the end of a word and within a plain one; here it was taken as text.",
      ],
    ],
    ["==a~", ["~ → “~” was left out: a word is either exact or may have typos."]],
    ["=a~", ["~ → “~” was left out: a word is either exact or may have typos."]],
    ["#tag*", ["* → “*” was left out: a tag or mention is found whole."]],
    ["sort:new a sort:old", ["sort:old → An answer has one order; the last, sort:old, is taken."]],
    ["12:30 https://a.org/b Итог: да", []],
  ])("%s", (typed, expected) => {
    expect(warnings(typed)).toEqual(expected);
  });

  it("whatever is typed stands in a node or in a warning, or is syntax", () => {
    expect(counterexample(typedText, isKept)).toBeUndefined();
  });
});

function isKept(typed: string): boolean {
  const query = taken(typed);
  return query === undefined || isSyntaxOnly(beside(query, typed));
}

/** What of the typed text stands neither in a node nor in a warning. */
function beside(query: Query, typed: string): string {
  const units = typed.toWellFormed().split("");
  for (const { leaf } of leavesOf(query.root)) units.fill(" ", leaf.at.start, leaf.at.end);
  for (const { at } of query.warnings) units.fill(" ", at.start, at.end);
  return units.join("");
}

function isSyntaxOnly(text: string): boolean {
  const words = text
    .replaceAll(/(?:sort|fold):\w+/gi, " ")
    .split(/[\p{White_Space}()|−–"“”„‟«»-]+/u);
  return words.every((word) => /^(?:OR|NOT|ИЛИ|НЕ|(?:NEAR|РЯДОМ)\/\d+)?$/.test(word));
}

/** Undefined when the query is refused; any other error is the test's failure. */
function taken(typed: string): Query | undefined {
  try {
    return parseQuery(typed, { now });
  } catch (error) {
    if (error instanceof QuerySyntaxError) return undefined;
    throw error;
  }
}

describe("the canonical text", () => {
  it("parsed again gives the same tree, whatever was typed", () => {
    expect(counterexample(typedText, textReturns)).toBeUndefined();
  });

  it("parsed again gives the same tree, whatever the tree", () => {
    expect(counterexample(queryTree, treeReturns)).toBeUndefined();
  });
});

function textReturns(typed: string): boolean {
  const query = taken(typed);
  if (query === undefined) return true;
  const again = parseQuery(printQuery(query), { now });
  return (
    isDeepStrictEqual(withoutPlaces(again.root), withoutPlaces(query.root)) &&
    again.sort === query.sort &&
    printQuery(again) === printQuery(query)
  );
}

function treeReturns(root: QueryNode): boolean {
  const printed = printQuery({ root });
  const again = taken(printed);
  if (again !== undefined) return isDeepStrictEqual(withoutPlaces(again.root), withoutPlaces(root));
  return /64 terms|the most is 1000/.test(refusal(printed).message);
}
