import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PostAnswer } from "../../../server/contract/kept-post.ts";
import { richText } from "../../../web/parts/rich-text.ts";
import { wordDiff } from "../../../web/parts/word-diff.ts";

type Entity = PostAnswer["entities"][number];

const drawn = async (
  text: string,
  entities: readonly Entity[],
  hits: readonly { from: number; to: number }[] = [],
) => String(await richText({ text, entities, hits }));

const unescaped = (markup: string): string =>
  markup
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

/** Whether every tag that opens closes, in order. */
function isNested(markup: string): boolean {
  const open: string[] = [];
  for (const [, slash, name] of markup.matchAll(/<(\/?)([a-z]+)[^>]*>/g)) {
    if (slash !== "/") open.push(name ?? "");
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

const bold = (offset: number, length: number): Entity => ({ type: "bold", offset, length });
const link = (offset: number, length: number, url: string): Entity => ({
  type: "link",
  offset,
  length,
  url,
});

describe("a post's text", () => {
  test("is text where it looks like markup", async () => {
    expect(await drawn("<b>&", [])).toBe("&lt;b&gt;&amp;");
  });

  test("keeps a link one link, however its words were found", async () => {
    const markup = await drawn(
      "see the symmetry page",
      [link(4, 12, "https://example.org/")],
      [
        { from: 0, to: 7 },
        { from: 8, to: 21 },
      ],
    );
    expect(markup.match(/<a /g)).toHaveLength(1);
    expect(markup).toContain('rel="noopener noreferrer nofollow"');
    expect(unescaped(markup)).toBe("see the symmetry page");
  });

  test.each([
    "javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "not an address",
  ])("has no link to %s", async (address) => {
    expect(await drawn("press here", [link(0, 10, address)])).toBe("press here");
  });

  test("leads a tag to the search for it", async () => {
    const markup = await drawn("#тег", [
      { type: "hashtag", offset: 0, length: 4, url: "?q=%23other" },
    ]);
    expect(markup).toContain(`href="/?q=%23${encodeURIComponent("тег")}"`);
  });

  test("nests what overlaps", async () => {
    expect(await drawn("abcdef", [bold(0, 4), { type: "italic", offset: 2, length: 4 }])).toBe(
      "<strong>ab<em>cd</em></strong><em>ef</em>",
    );
  });

  test("is whole and well nested whatever its entities are", async () => {
    const entity = fc.record({
      type: fc.constantFrom<Entity["type"]>("bold", "italic", "link", "spoiler", "code", "mention"),
      offset: fc.integer({ min: -2, max: 40 }),
      length: fc.integer({ min: -2, max: 40 }),
      url: fc.constant("https://example.org/"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.string({ maxLength: 40 }),
        fc.array(entity, { maxLength: 12 }),
        async (text, entities) => {
          const markup = await drawn(text, entities, [{ from: 1, to: Math.min(5, text.length) }]);
          expect(unescaped(markup)).toBe(text);
          expect(isNested(markup)).toBe(true);
        },
      ),
    );
  });

  test("with ten thousand links is drawn at once", async () => {
    const links = Array.from({ length: 10_000 }, (_, place) =>
      link(place * 2, 1, "https://example.org/"),
    );
    const begin = performance.now();
    await drawn("a ".repeat(10_000), links);
    expect(performance.now() - begin).toBeLessThan(2000);
  });
});

describe("two versions", () => {
  test("differ by words, not by letters", () => {
    expect(wordDiff("нарушение главное в жизни", "нарушение первое в жизни")).toEqual([
      { kind: "same", text: "нарушение " },
      { kind: "gone", text: "главное" },
      { kind: "added", text: "первое" },
      { kind: "same", text: " в жизни" },
    ]);
  });

  test("are both contained in their difference", () => {
    const words = fc
      .array(fc.constantFrom("a", "b", "c", " ", "\n", ", "), { maxLength: 40 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(words, words, (before, after) => {
        const parts = wordDiff(before, after);
        const without = (kind: string): string =>
          parts
            .filter((part) => part.kind !== kind)
            .map(({ text }) => text)
            .join("");
        expect(without("added")).toBe(before);
        expect(without("gone")).toBe(after);
      }),
    );
  });

  test("of great length and little in common are one exchange", () => {
    const parts = wordDiff("one ".repeat(6000), "two ".repeat(6000));
    expect(parts.length).toBeLessThanOrEqual(4);
  });
});
