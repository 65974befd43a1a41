import { expect, test } from "vitest";
import { post, serveArchive } from "../../server/http/small-archive.ts";

const market = {
  channel: { name: "market" },
  posts: [post(1, { text: "цена 10.000₽" }), post(2, { text: "от 10, 000 — код" })],
  span: { from: 1, to: 2 },
  at: "2026-01-03T00:00:00Z",
};

test.each([
  ["10 000", "10000", "%2210%2C+000%22"],
  ['"цена 10 000"', "10000", "%22%D1%86%D0%B5%D0%BD%D0%B0+10%2C+000%22"],
])(
  "a number in groups is said to be one, and one click takes %s apart",
  async (q, whole, apart) => {
    await using served = await serveArchive([market]);
    const page = await served.page(`/?ui=en&q=${encodeURIComponent(q)}`);
    const [readAs = ""] = /<div class="read-as">.*?<\/ul>/s.exec(page) ?? [];
    expect(readAs).toContain(`>${whole}</a`);
    expect(readAs).toContain(`q=${apart}`);
    expect(page).toMatch(/<mark>[^<]*10\.000/);
  },
);
