/** The program of a process that searches or writes one index; it ends with the process that started it. */
import { createAnalyzer } from "../../analysis/analyzer.ts";
import { type Ask, IndexDesk, type DeskOptions } from "./index-desk.ts";
import { toldOf, type Answer, type Call } from "./process-pool.ts";

const { file, archiveId, warm } = JSON.parse(process.argv[2] ?? "{}") as Omit<
  DeskOptions,
  "analyzer"
> & {
  readonly warm: boolean;
};
const desk = new IndexDesk({ file, archiveId, analyzer: createAnalyzer() });
if (warm) desk.warm();
let isPreparing = false;

process.on("disconnect", () => process.exit());
process.on("message", (call: Call<Ask>) => void work(call));
process.send?.({ ready: true } satisfies Answer);
prepareCopies();

/** Bit by bit, so that who searches meanwhile waits for one of them; again after a call, which may have met another index. */
function prepareCopies(): void {
  if (!warm || isPreparing) return;
  isPreparing = true;
  setImmediate(() => {
    isPreparing = false;
    if (desk.prepareCopies()) prepareCopies();
  });
}

async function work(call: Call<Ask>): Promise<void> {
  process.send?.(await answer(call));
  prepareCopies();
}

async function answer({ id, ask }: Call<Ask>): Promise<Answer> {
  try {
    return { id, result: await desk.call(ask) };
  } catch (error) {
    return { id, error: toldOf(error as Error) };
  }
}
