import { html } from "hono/html";
import type { Problem } from "../../server/contract/problem.ts";
import type { Asked } from "../parts/asked.ts";
import type { Html } from "../parts/html.ts";
import { page, type Frame } from "../parts/layout.ts";
import { queryBox } from "../parts/query-box.ts";
import { faultSaid } from "../parts/query-faults.ts";

/** A query that does not parse, with the place underlined. */
export function faultPage(frame: Frame, asked: Asked, problem: Problem): Html {
  const { words } = frame;
  const { faultPage: text } = words.text;
  const { q } = asked;
  const { at } = problem;
  return page(frame, {
    title: text.badQuery,
    current: "search",
    islands: ["query-box"],
    main: html`<h1 class="only-read">${text.badQuery}</h1>
      ${queryBox(asked, frame, "fault")}
      <div class="fault-at" id="fault" role="alert">
        <p>${at && `${text.atCharacter({ place: at.start + 1 })}: `}${faultSaid(problem, words)}</p>
        ${
          at &&
          html`<pre dir="auto" tabindex="0">
${q.slice(0, at.start)}<mark>${q.slice(at.start, Math.max(at.end, at.start + 1)) || " "}</mark>${q.slice(Math.max(at.end, at.start + 1))}</pre>`
        }
      </div>`,
  });
}
