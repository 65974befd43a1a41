import { Archive } from "../../server/archive/archive.ts";
import { countSteps } from "../server/archive/step-counter.ts";

/** Opens an archive, which brings it up to date, and kills itself at the step-th thing asked of SQLite. */
const [file = "", step = "0"] = process.argv.slice(2);
countSteps(Number(step));
await using archive = await Archive.open(file, { now: () => new Date("2026-07-01T00:00:00Z") });
await archive.state();
