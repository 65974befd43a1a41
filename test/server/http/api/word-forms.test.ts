import { describe, expect, it } from "vitest";
import { findUkrainian } from "../../../../server/search/analysis/ukrainian.ts";
import { post, serveArchive } from "../small-archive.ts";

const texts = [
  "Арест генерала Суровикина.",
  "Суровикин молчит.",
  "Слова министра Мантурова.",
  "Мантуров ответил.",
  "Провели три деплоя.",
  "Новый деплой.",
  "Обзор геймплея.",
  "Геймплей показали.",
  "Компания релоцируется.",
  "Решили релоцироваться.",
  "пофикшу баг",
  "пофиксить баг",
  "задоначу вам",
  "задонатить вам",
  "Мы говорили с Байденом.",
  "Байден уехал, мы видели.",
  "Купили мы токенов.",
  "Вот токен, мы ждали.",
  "Обратились к ЦИКу",
  "ЦИК ответил",
  "Бої біля Покровська.",
  "Покровськ тримається, їхні сили там.",
  "Мешканці Донецька та їхні діти.",
  "Донецьк і його околиці.",
  "Три дні. Їх було трьох.",
  "Їхні чотири дні, чотирьох не було.",
];

const russian: readonly Case[] = [
  ["Суровикин", [1, 2]],
  ["Суровикина", [1, 2]],
  ["Мантуров", [3, 4]],
  ["деплой", [5, 6]],
  ["геймплей", [7, 8]],
  ["релоцироваться", [9, 10]],
  ["пофиксить", [11, 12]],
  ["задонатить", [13, 14]],
  ["Байден", [15, 16]],
  ["токен", [17, 18]],
  ["ЦИК", [19, 20]],
  ["ЦИКу", [19, 20]],
];
const ukrainian: readonly Case[] = [
  ["Покровськ", [21, 22]],
  ["Донецьк", [23, 24]],
  ["чотири", [26]],
];

describe("a search for one form of a word", () => {
  it("finds the posts with the others in Russian", async () => {
    expect(await answers(russian)).toEqual(russian);
  });

  it.skipIf(findUkrainian() === undefined)(
    "finds the posts with the others in Ukrainian (needs hunspell-uk)",
    async () => {
      expect(await answers(ukrainian)).toEqual(ukrainian);
    },
  );
});

type Case = readonly [query: string, ids: readonly number[]];

async function answers(cases: readonly Case[]): Promise<readonly Case[]> {
  await using served = await serveArchive([
    {
      channel: { name: "garden" },
      posts: texts.map((text, i) => post(i + 1, { text })),
      span: { from: 1, to: texts.length },
      at: "2026-01-20T00:00:00Z",
    },
  ]);
  const found: Case[] = [];
  for (const [query] of cases) found.push([query, await idsOf(served, query)]);
  return found;
}

async function idsOf(
  served: Awaited<ReturnType<typeof serveArchive>>,
  query: string,
): Promise<readonly number[]> {
  const answer = (await served.json(`/api/v1/search?q=${encodeURIComponent(query)}`)) as {
    readonly hits: readonly { readonly id: number }[];
  };
  return answer.hits.map((hit) => hit.id).toSorted((a, b) => a - b);
}
