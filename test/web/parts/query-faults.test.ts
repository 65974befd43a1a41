import { describe, expect, test } from "vitest";
import { faultCodes } from "../../../server/search/query/faults.ts";
import { warningSaid } from "../../../web/parts/query-faults.ts";
import { wordsIn } from "../../../web/words/words.ts";
import { post, serveArchive } from "../../server/http/small-archive.ts";

const garden = {
  channel: { name: "garden" },
  posts: [post(1, { text: "symmetry" })],
  span: { from: 1, to: 1 },
  at: "2026-01-03T00:00:00Z",
};
const data: Record<string, string> = new Proxy({}, { get: (_, name) => `<${String(name)}>` });
const at = { start: 0, end: 0 };

test.each(faultCodes)("%s is said in Russian, with what it speaks of as text", async (code) => {
  const said = String(await warningSaid({ code, data, message: "In English.", at }, wordsIn("ru")));
  expect(said).toMatch(/^[^<]*[а-яё]{3}[^<]*$/is);
  expect(said).not.toContain("English");
  const english = await warningSaid({ code, data, message: "In English.", at }, wordsIn("en"));
  expect(String(english)).toBe('<span lang="en">In English.</span>');
});

describe("on a Russian page", () => {
  test("a query that does not parse is explained in Russian, at its place", async () => {
    await using served = await serveArchive([garden]);
    const page = await served.page("/?ui=ru&q=symmetry+has:wings");
    expect(page).toContain("has: не может быть «wings». Нужно одно из: photo");
    expect(page).not.toContain("cannot be");
    expect(await served.page("/?ui=ru&has=wings")).toContain("не может быть «wings»");
  });

  test("what could not count is said in Russian", async () => {
    await using served = await serveArchive([garden]);
    const page = await served.page("/?ui=ru&q=symmetry+foo:bar+in:nobody");
    expect(page).toContain("Поля «foo:» нет");
    expect(page).toContain("Канала @nobody здесь нет.");
  });

  test("so it is where queries are compared, cited and saved", async () => {
    await using served = await serveArchive([garden]);
    const russian = { "Accept-Language": "ru" };
    expect(await served.page("/compare?ui=ru&q=has:wings")).toContain("не может быть «wings»");
    const form = (fields: Readonly<Record<string, string>>): RequestInit => ({
      method: "POST",
      headers: russian,
      body: new URLSearchParams(fields),
    });
    expect(await served.page("/sets", form({ q: "has:wings" }))).toContain("не может быть «wings»");
    expect(await served.page("/saved", form({ name: "a", query: "views:x" }))).toContain(
      "не может быть «x»",
    );
  });
});

test("the API says it in English, with a code and what it speaks of", async () => {
  await using served = await serveArchive([garden]);
  expect(await served.json("/api/v1/search?q=has:wings")).toMatchObject({
    detail: expect.stringContaining("has: cannot be “wings”."),
    fault: { code: "none-of", data: { field: "has", value: "wings" } },
  });
  expect(await served.json("/api/v1/search?q=foo:bar")).toMatchObject({
    warnings: [{ code: "no-such-field", data: { name: "foo" } }],
  });
});
