import { afterAll, beforeAll, expect, test } from "vitest";
import { post, serveArchive } from "../small-archive.ts";

const reading = (name: string, texts: readonly string[]) => ({
  channel: { name },
  posts: texts.map((text, place) => post(place + 1, { channel: name, text })),
  span: { from: 1, to: texts.length },
  at: "2026-01-20T00:00:00Z",
});

let served: Awaited<ReturnType<typeof serveArchive>>;

beforeAll(async () => {
  served = await serveArchive([
    reading("garden", [
      "Симметрия весов",
      "О симметрии сети",
      "Нарушили симметрию",
      "Симптомы переобучения",
      "симулятор",
      "Symmetry breaks",
    ]),
    reading("orchard", ["Симпозиум", "Симметрия сада"]),
  ]);
});
afterAll(async () => served?.[Symbol.asyncDispose]());

const complete = async (q: string, headers: Record<string, string> = {}) =>
  served.json(`/api/v1/completions?${new URLSearchParams({ q }).toString()}`, { headers });

test("the last word goes on as words that are kept, all forms as one, with the posts found by each", async () => {
  expect(await complete("сим")).toEqual({
    completions: [
      { word: "симметрия", total: 4 },
      { word: "симпозиум", total: 1 },
      { word: "симптом", total: 1 },
      { word: "симулятор", total: 1 },
    ],
  });
});

test("what stands before it counts: a channel, another word", async () => {
  expect(await complete("in:orchard сим")).toEqual({
    completions: [
      { word: "симметрия", total: 1 },
      { word: "симпозиум", total: 1 },
    ],
  });
  expect(await complete("весов сим")).toEqual({ completions: [{ word: "симметрия", total: 1 }] });
});

test.each(["", "си", "сим ", "-сим", "#сим", '"сим', "in:сим", "zzz"])(
  "of %j there is none",
  async (q) => {
    expect(await complete(q)).toEqual({ completions: [] });
  },
);

test("a key for one channel hears no word and no count of another", async () => {
  await using closed = await serveArchive(
    [
      {
        channel: { name: "garden" },
        posts: [post(1, { text: "Симметрия" })],
        span: { from: 1, to: 1 },
        at: "2026-01-20T00:00:00Z",
      },
      {
        channel: { name: "orchard" },
        posts: [
          post(1, { channel: "orchard", text: "Симметрия" }),
          post(2, { channel: "orchard", text: "Симпозиум" }),
        ],
        span: { from: 1, to: 2 },
        at: "2026-01-20T00:00:00Z",
      },
    ],
    { settings: { host: "0.0.0.0", read: "key", limit: 100_000 } },
  );
  const { secret } = await closed.archive.keys.create({
    scopes: ["search"],
    channels: ["garden"],
    origins: [],
  });
  const headers = { Host: "archive.example", Authorization: `Bearer ${secret}` };
  const path = `/api/v1/completions?${new URLSearchParams({ q: "сим" }).toString()}`;
  expect(await closed.json(path, { headers })).toEqual({
    completions: [{ word: "симметрия", total: 1 }],
  });
  expect((await closed.app.request(path, { headers: { Host: "archive.example" } })).status).toBe(
    401,
  );
});
