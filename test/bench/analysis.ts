import { createAnalyzer } from "../../server/search/analysis/analyzer.ts";
import { sampleLexemes, seeded } from "../server/search/analysis/sample-lexemes.ts";

/**
 * What the analyzer costs: loading, memory, and tokens a second on posts of Zipf-distributed words (four Russian
 * forms in five out of the dictionary, one English) that are all new to it, then read again.
 */
const random = seeded(1);
const russian = sampleLexemes(12_000, random).map(
  ({ forms }) => forms[Math.floor(random() * forms.length)]!,
);
const english =
  "search engines index every word that people write and then find them again when asked for".split(
    " ",
  );
const posts = Array.from({ length: 2_500 }, () => Array.from({ length: 80 }, word).join(" "));

const before = process.memoryUsage().rss;
const { result: analyzer, ms: load } = timed(() => createAnalyzer());
console.log(`load ${load.toFixed(0)} ms, version ${analyzer.version}`);
for (const text of ["hello", "місто"]) {
  console.log(`first "${text}" ${timed(() => analyzer.tokens(text)).ms.toFixed(0)} ms`);
}
console.log(`memory +${((process.memoryUsage().rss - before) / 1e6).toFixed(0)} MB`);
for (const round of ["cold", "warm"]) {
  let tokens = 0;
  let keys = 0;
  const { ms } = timed(() => {
    for (const post of posts) {
      for (const token of analyzer.tokens(post)) {
        tokens++;
        keys += token.keys.length;
      }
    }
  });
  const rate = ((tokens / ms) * 1000).toFixed(0);
  console.log(`${round}: ${tokens} tokens, ${rate}/s, ${(keys / tokens).toFixed(3)} keys a token`);
}

function word(): string {
  if (random() < 0.2) return english[Math.floor(random() * english.length)]!;
  return russian[Math.floor(russian.length ** random()) - 1]!;
}

function timed<Result>(work: () => Result): { readonly result: Result; readonly ms: number } {
  const start = performance.now();
  const result = work();
  return { result, ms: performance.now() - start };
}
