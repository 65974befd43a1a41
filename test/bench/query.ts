import { QuerySyntaxError } from "../../server/search/query/query-errors.ts";
import { parseQuery } from "../../server/search/query/parse.ts";
import { printQuery } from "../../server/search/query/print.ts";

/** Typical queries, and the worst that the bounds let through or must refuse fast. */
const queries: Readonly<Record<string, string>> = {
  "one word": "симметрия",
  everyday:
    'нейросети "машинное обучение" -курс (агент OR агенты) in:durov after:2024-05 has:photo',
  "60 prefixes": Array.from(
    { length: 60 },
    (_, i) => `${String.fromCodePoint(0x430 + (i % 32))}*`,
  ).join(" "),
  "64 terms, ORs": Array.from({ length: 64 }, () => "слово").join(" OR "),
  "5,000 ORs": Array.from({ length: 5000 }, () => "a").join(" OR "),
  "1,000 parentheses": "(".repeat(1000),
  "500 pairs of parentheses": "()".repeat(500),
  "1,000 minuses": "-".repeat(1000),
  "1,000 quotes": '"'.repeat(1000),
  "1,000 mixed quotes": "“»„«".repeat(250),
  "500 open escapes": "\\".repeat(999),
  "a megabyte": "a ".repeat(500_000),
};

for (const [name, text] of Object.entries(queries)) {
  const { p50, p95 } = percentiles(() => outcomeOf(text));
  console.log(
    `${name.padEnd(26)} p50 ${p50.toFixed(1).padStart(8)} µs  p95 ${p95.toFixed(1).padStart(8)} µs  ${outcomeOf(text)}`,
  );
}

function outcomeOf(text: string): string {
  try {
    return `understood: ${printQuery(parseQuery(text)).length} characters`;
  } catch (error) {
    if (error instanceof QuerySyntaxError) return `refused at ${error.at.start}`;
    throw error;
  }
}

function percentiles(work: () => void): { readonly p50: number; readonly p95: number } {
  const warmUps = 50;
  const runs = 200;
  for (let i = 0; i < warmUps; i++) work();
  const times = Array.from({ length: runs }, () => {
    const began = performance.now();
    work();
    return (performance.now() - began) * 1000;
  }).toSorted((a, b) => a - b);
  return { p50: times[runs / 2] ?? 0, p95: times[Math.floor(runs * 0.95)] ?? 0 };
}
