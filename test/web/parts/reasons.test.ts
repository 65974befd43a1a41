import { expect, test } from "vitest";
import { runCodes, runSaid } from "../../../server/archive/reasons.ts";
import { sentenceSaid } from "../../../web/parts/reasons.ts";
import { wordsIn } from "../../../web/words/words.ts";

/** Whatever a reason may speak of. */
const names: readonly string[] = [
  "address,all,allBefore,bytes,channel,command,count,day,due,file,folder,free,from,holders",
  "kind,least,megabytes,missing,most,name,of,packing,path,proxy,said,seconds,since,some",
  "someBefore,status,title,to,tries,type,until,url",
].flatMap((line) => line.split(","));
const facts = Object.fromEntries(names.map((name) => [name, `<${name}>`]));
/** The names of the facts that stand in a sentence. */
const factsIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/(?:&lt;|<)([\w ]+)(?:&gt;|>)/g)].map(([, name]) => name ?? ""));

test.each(runCodes)("%s is said in Russian, with what it speaks of as text", async (code) => {
  const reasons = [
    { code, facts },
    { code: "other", facts: { said: "<what came>" } },
  ] as const;
  const said = String(await sentenceSaid({ message: "In English.", reasons }, wordsIn("ru")));
  expect(said).toMatch(/^<span dir="auto">[^<]*<\/span>$/s);
  expect(said).not.toContain("English");
  const english = await sentenceSaid({ message: "In English.", reasons }, wordsIn("en"));
  expect(String(english)).toBe('<span lang="en" dir="auto">In English.</span>');
  expect(factsIn(said.slice(17, -7))).toEqual(factsIn(runSaid(reasons)));
});

test("only what is said elsewhere has no Russian word in it", () => {
  const { answers } = wordsIn("ru");
  const wordless = runCodes.filter(
    (code) => !/[а-яё]{3}/i.test(answers?.reasons([{ code, facts }]) ?? ""),
  );
  expect(wordless).toEqual(["other", "http-status"]);
});

test("a sentence without reasons, or with one that is not known here, stays as it is", async () => {
  const message = "It was <so>.";
  const english = '<span lang="en" dir="auto">It was &lt;so&gt;.</span>';
  expect(String(await sentenceSaid({ message }, wordsIn("ru")))).toBe(english);
  for (const code of ["of-tomorrow", "constructor"]) {
    const reasons = [{ code, facts: {} }];
    expect(String(await sentenceSaid({ message, reasons }, wordsIn("ru")))).toBe(english);
  }
});
