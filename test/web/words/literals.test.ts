import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "cheerio";
import { isText } from "domhandler";
import { expect, test } from "vitest";
import { parseSync } from "vite";

const root = join(import.meta.dirname, "../../..");
const sentence = /\p{L}{2,}[\s,:;]+\p{L}{2,}/u;
/** Markup, commands, headers and queries are not for reading. */
const code = /[<>={}[\]]|--\w|\bcurl\b|^-H |\b(in|is|fwd):|^loop muted$/;
const readAloud = ["aria-label", "title", "placeholder", "alt", "label"];

/** What may say something in code, and why. */
const exceptions = new Map([
  ["web/parts/citation.ts", "a citation follows its standard, whatever the language of the page"],
  ["web/parts/keys-help.ts", "keys by what is printed on them"],
  ["web/parts/facets.ts", "a word of the query language"],
  ["web/parts/docs-schema.ts", "types of the API, in its English"],
  ["web/pages/widget-gallery.ts", "pages of strangers, to be looked at"],
]);
const files = globSync("{web,server/http/pages}/**/*.ts", { cwd: root }).filter(
  (file) => file !== "web/words/arguments.ts",
);

test("no page, part, island or widget says a sentence that does not stand in the files of words", () => {
  expect(files.length).toBeGreaterThan(60);
  const said = files.flatMap((file) => saidIn(file).map((text) => `${file}: ${text}`));
  const isExcepted = (line: string): boolean => exceptions.has(line.replace(/:.*$/s, ""));
  expect(said.filter((line) => !isExcepted(line))).toEqual([]);
  expect(new Set(said.filter(isExcepted).map((line) => line.replace(/:.*$/s, "")))).toEqual(
    new Set(exceptions.keys()),
  );
});

/** Sentences and Russian letters among what a file has of literals. */
function saidIn(file: string): readonly string[] {
  const { program, errors } = parseSync(file, readFileSync(join(root, file), "utf8"));
  if (errors.length > 0) throw new Error(`${file} cannot be read.`);
  return textsIn(program).filter(
    (text) => (sentence.test(text) && !code.test(text)) || /\p{Script=Cyrillic}/u.test(text),
  );
}

type Node = Readonly<Record<string, unknown>>;

/** Literals of a tree; of markup, what is read or read aloud. Types, errors and what routes say of themselves are no page. */
function textsIn(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(textsIn);
  if (typeof node !== "object" || node === null) return [];
  const { type, value, quasi, quasis, expressions, key, callee, regex } = node as Node;
  const below = (of: unknown): readonly string[] => textsIn(of);
  switch (type) {
    case "ImportDeclaration":
    case "NewExpression":
    case "ThrowStatement":
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSTypeAnnotation":
      return [];
    case "Literal":
      return typeof value === "string"
        ? [value]
        : regex
          ? [(regex as { pattern: string }).pattern]
          : [];
    case "Property":
      return unseen.test(nameOf(key)) ? [] : below(value);
    case "CallExpression":
      if (unseenCalls.has(nameOf((callee as Node)["property"] ?? callee))) return [];
      break;
    case "TaggedTemplateExpression": {
      const inner = quasi as Node;
      return [...shownIn(markupOf(inner)), ...below(inner["expressions"])];
    }
    case "TemplateLiteral":
      return [markupOf({ quasis }), ...below(expressions)];
  }
  return Object.values(node).flatMap(below);
}
/** What the API says in English, names of classes, headers. */
const unseen = /^(detail|summary|class|[A-Z][a-z]+-[A-Z]\w+)$/;
const unseenCalls = new Set(["split", "closest", "querySelector", "header", "answers"]);
const nameOf = (node: unknown): string => {
  const { name, value } = node as Node;
  return String(name ?? value);
};

const markupOf = ({ quasis }: Node): string =>
  (quasis as readonly { value: { cooked: string } }[]).map(({ value }) => value.cooked).join("0");

/** The texts of markup, but for code, and the attributes that are read aloud. */
function shownIn(markup: string): readonly string[] {
  const $ = load(markup, null, false);
  $("code, pre").remove();
  const attributes = $("*")
    .toArray()
    .flatMap((element) => readAloud.map((name) => $(element).attr(name) ?? ""));
  const texts = $("*").contents().add($.root().contents()).toArray();
  return [...attributes, ...texts.flatMap((one) => (isText(one) ? [one.data] : []))];
}
