import { countSteps } from "./step-counter.ts";

/** Purges an author, and kills itself at the step-th statement or transaction mark that the archive asks of SQLite. */
const [file = "", author = "", step = "0"] = process.argv.slice(2);
const { Archive } = await import("../../../server/archive/archive.ts");
await using archive = await Archive.open(file);
countSteps(Number(step));
const no = await archive.purges.order({ kind: "author", author });
await archive.purges.carryOut(no);
