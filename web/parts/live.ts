import { html } from "hono/html";
import type { RunAnswer } from "../../server/contract/run.ts";
import type { Html } from "./html.ts";
import type { Frame, Island } from "./layout.ts";

/** How often a page of one run is asked for again where no script runs. */
const againSeconds = 15;

const openAmong = (runs: readonly RunAnswer[]): RunAnswer | undefined =>
  runs.find(({ state }) => state === "running") ?? runs.find(({ state }) => state === "waiting");

/** What a page needs of its frame to go on by itself while one of these runs does; `still`: not where no script runs. */
export function lookingAgain(
  runs: readonly RunAnswer[],
  { still }: { readonly still: boolean },
): { readonly islands: readonly Island[]; readonly againSeconds?: number } {
  if (!openAmong(runs)) return { islands: [] };
  return { islands: ["live-page"], ...(!still && { againSeconds }) };
}

/** What is marked `data-live` on this page is kept as the server draws it while one of these runs goes on. */
export function livePage(runs: readonly RunAnswer[]): Html | undefined {
  const run = openAmong(runs);
  return run && html`<live-page run="${run.id}"></live-page>`;
}

/** The same for the page of one run: where no script runs, it says when it is looked at again, and how not to. */
export function liveRun(
  run: RunAnswer | undefined,
  { frame, still }: { readonly frame: Frame; readonly still: boolean },
): Html | undefined {
  if (!run || !openAmong([run])) return undefined;
  const { live: text } = frame.words.text;
  return html`${livePage([run])}<noscript>
      <p class="quiet small">
        ${still ? text.still : text.again({ seconds: againSeconds })}
        <a href="${asked(frame.address, !still)}">${still ? text.lookAgain : text.stop}</a>
      </p>
    </noscript>`;
}

/** The same page, looking again by itself or not. */
function asked(address: string, still: boolean): string {
  const url = new URL(address, "http://localhost");
  if (still) url.searchParams.set("still", "1");
  else url.searchParams.delete("still");
  return url.pathname + url.search;
}
