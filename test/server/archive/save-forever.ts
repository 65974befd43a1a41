import { Archive } from "../../../server/archive/archive.ts";
import { page, range } from "./sample.ts";

/** Saves page after page and tells how many, until it is killed. */
const [file = "", from = "0"] = process.argv.slice(2);
await using archive = await Archive.open(file);
for (let pages = Number(from); pages < 10_000; pages++) {
  await archive.savePage(page(range(pages * 20 + 1, pages * 20 + 20)));
  process.stdout.write(`${pages + 1}\n`);
}
