/** The usual scraper, as a baseline: one page after the other with `fetch`, default cheerio and selectors, JSON lines to a file. */
import { createWriteStream } from "node:fs";
import { readBySelectors } from "./selector-parser.ts";

const [origin = "", channel = "", file = ""] = process.argv.slice(2);
const out = createWriteStream(file);
let path = `/s/${channel}`;
for (;;) {
  const response = await fetch(origin + path);
  const posts = readBySelectors(await response.text());
  for (const post of posts) out.write(`${JSON.stringify(post)}\n`);
  const oldest = Math.min(...posts.map(({ id }) => id));
  if (posts.length === 0 || oldest <= 1) break;
  path = `/s/${channel}?before=${oldest}`;
}
out.end();
