import { html } from "hono/html";
import type { Problem } from "../../server/contract/problem.ts";
import type { Html } from "../parts/html.ts";
import { problemSaid } from "../parts/query-faults.ts";
import { entrance, page, type Frame } from "../parts/layout.ts";

/** A page that says what is not there or went wrong, and where to go on. */
export function problemPage(frame: Frame, problem: Problem): Html {
  const { problem: text, common } = frame.words.text;
  const title =
    problem.status === 404 ? text.notFound : problem.status >= 500 ? common.failed : text.refused;
  const said =
    problem.id !== undefined
      ? text.problemId({ id: problem.id })
      : problemSaid(problem, frame.words);
  return page(frame, {
    title,
    main: html`<section class="empty">
      <h1>${title}</h1>
      <p>${said}</p>
      ${
        problem.status === 401 &&
        frame.door === "enter" &&
        html`<p class="section">
          <a class="btn btn-lead" href="${entrance(frame.address)}">${common.enter}</a>
        </p>`
      }
      <p class="section"><a href="/">${common.tryNext}</a></p>
    </section>`,
  });
}
