import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { languages, wordsIn } from "../../../web/words/words.ts";

type Node = { readonly [key: string]: unknown };
const root = join(import.meta.dirname, "../../..");
const folder = join(root, "web/words");
const fileOf = (lang: string): Node =>
  JSON.parse(readFileSync(join(folder, `${lang}.json`), "utf8")) as Node;

/** Every text of a file by its place, with the names of what it takes; `#` marks what bends a word. */
function textsOf(node: Node, place = ""): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, ReadonlySet<string>>();
  for (const [key, inner] of Object.entries(node)) {
    const at = place === "" ? key : `${place}.${key}`;
    if (typeof inner === "string") found.set(at, new Set(namesIn(inner)));
    else if (isBent(inner)) {
      const { by = "n", ...forms } = inner;
      const names = Object.values(forms).flatMap(namesIn);
      found.set(at, new Set(names.map((name) => (name === by ? `#${name}` : name))));
    } else for (const [below, names] of textsOf(inner as Node, at)) found.set(below, names);
  }
  return found;
}
const isBent = (node: unknown): node is Record<string, string> =>
  typeof (node as Node)["other"] === "string";
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);

const bare = (names: ReadonlySet<string> | undefined): readonly string[] =>
  [...(names ?? [])].map((name) => name.replace("#", "")).toSorted();

const english = textsOf(fileOf("en"));
const others = languages
  .filter(({ lang }) => lang !== "en")
  .map(({ lang }) => {
    const { answers: _, ...file } = fileOf(lang);
    const texts = new Map(textsOf(file));
    // The widget says the kinds of media by their own names in English.
    for (const at of texts.keys()) if (at.startsWith("widget.media.")) texts.delete(at);
    return { lang, texts };
  });

describe("the files of words", () => {
  test.each(others)("$lang says what en says, and nothing besides", ({ texts }) => {
    expect([...texts.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });

  test.each(others)("a text of $lang takes what the English one takes", ({ texts }) => {
    const own = [...texts].map(([at, names]) => [at, bare(names)] as const);
    expect(own).toEqual([...texts.keys()].map((at) => [at, bare(english.get(at))]));
  });

  test("what each text takes is written down for the compiler", async () => {
    const taken = [...english].map(([at, names]) => {
      const all = others.reduce((sum, { texts }) => sum.union(texts.get(at) ?? new Set()), names);
      return [at, [...all].filter((name) => !all.has(`#${name}`)).toSorted()] as const;
    });
    const lines = taken
      .filter(([, names]) => names.length > 0)
      .map(([at, names]) => interfaceLine(at, names));
    const written = `/** What each text takes. Written by \`npx vitest run test/web/words -u\`. */
export interface Arguments {
${lines.join("\n")}
}
`;
    await expect(written).toMatchFileSnapshot(join(folder, "arguments.ts"));
  });

  test("every text is used", () => {
    const read = (files: readonly string[]): readonly string[] =>
      files.map((file) => readFileSync(join(root, file), "utf8"));
    const widget = read(globSync("web/widget/*.ts", { cwd: root })).join("");
    const pages = read(globSync("{web/{pages,parts},server/http}/**/*.ts", { cwd: root }));
    const sources = [widget, ...pages];
    const unused = [...english.keys()].filter((at) => {
      const [section = "", ...rest] = at.split(".");
      const key = rest.at(-1) ?? section;
      const byName = String.raw`\b${key} as\b|\.${key}\b|"${key}"|\{[^}]*\b${key}\b[^}]*\} = [\w.]*(text|templates)\b`;
      // Its group is taken whole, or by a name that comes at run time.
      const byGroup = rest
        .slice(0, -1)
        .map((group) => String.raw`"${group}"|\.${group}\b(?!\.(?!map\b))`);
      const use = new RegExp([byName, ...byGroup].join("|"));
      return !sources.some((source) => naming(section).test(source) && use.test(source));
    });
    expect(unused).toEqual([]);
  });
});

const naming = (section: string): RegExp =>
  new RegExp(
    String.raw`\b(text|templates)\.${section}\b|\b${section} as \w+ \}|\b${section}: text\b|[{,] ${section}\b[^}]*\}`,
  );

/** As the formatter has it. */
function interfaceLine(at: string, names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  const line = `  "${at}": ${quoted.join(" | ")};`;
  if (line.length <= 100) return line;
  return `  "${at}":\n${quoted.map((name) => `    | ${name}`).join("\n")};`;
}

describe("words of a language", () => {
  test.each([
    ["en", "1 post", "2 posts", "5 posts", "21 posts", "1,234 posts"],
    ["ru", "1 пост", "2 поста", "5 постов", "21 пост", "1\u00A0234 поста"],
  ] as const)(
    "%s bends a word by its number, and writes that as its language does",
    (lang, ...said) => {
      const { posts } = wordsIn(lang).text.common;
      expect([1, 2, 5, 21, 1234].map((n) => posts({ n }))).toEqual(said);
    },
  );

  test.each([
    ["en", "in 1 of 1 channel", "in 1 of 6 channels", "in 2 of 6 channels"],
    ["ru", "в 1 канале из 1", "в 1 канале из 6", "в 2 каналах из 6"],
  ] as const)("%s says which of two numbers bends a word", (lang, ...said) => {
    const { inChannels } = wordsIn(lang).text.search;
    const counts = [
      [1, 1],
      [1, 6],
      [2, 6],
    ] as const;
    expect(counts.map(([some, all]) => inChannels({ some, all }))).toEqual(said);
  });

  test("the widget's button says the same before and after the widget is there", () => {
    for (const { lang } of languages) {
      const { widget, widgetButton } = wordsIn(lang).text;
      expect(widgetButton).toBe(widget.search);
    }
  });

  test("what is put in is text, whatever it says", () => {
    const { text } = wordsIn("en");
    expect(text.runs.runOf({ channel: "{channel} $& $1" })).toBe("Run of @{channel} $& $1");
  });
});
