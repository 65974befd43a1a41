import { Gate } from "../../../scraper/gate.ts";
import { httpSource } from "../../../scraper/http-source.ts";
import { pageReader } from "../../../scraper/page-reader.ts";
import { Archive } from "../../../server/archive/archive.ts";
import { archiveChannel } from "../../../server/jobs/archive-channel.ts";
import { countSteps } from "./step-counter.ts";

/** Archives a channel, and kills itself at the step-th statement or transaction mark that the archive asks of SQLite. */
const [file = "", origin = "", channel = "", step = "0"] = process.argv.slice(2);
countSteps(Number(step));

await using source = await httpSource({ origin });
const reader = pageReader({ source, gate: new Gate({ rate: 1000, concurrency: 2 }) });
await using archive = await Archive.open(file);
await archiveChannel({ archive, reader }, channel);
