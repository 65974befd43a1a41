import { html } from "hono/html";
import type { CoverageAnswer } from "../../server/contract/coverage.ts";
import type { Html } from "./html.ts";
import type { Words } from "../words/words.ts";

type IdClass = CoverageAnswer["ranges"][number]["class"];

const mostStretches = 200;

/** Every id of a channel on one line, oldest left: kept full, parts half high, absent outlined, not read hatched. */
export function strip(coverage: CoverageAnswer, height: number): Html[] {
  const last = Math.max(1, coverage.newestId);
  return coarse(coverage, last).map(({ from, to, look }) => {
    const x = share((from - 1) / last);
    const width = share((to - from + 1) / last);
    if (look === "unread")
      return html`<rect x="${x}" y="0" width="${width}" height="${height}" fill="url(#hatch)" />`;
    if (look === "absent")
      return html`<rect
        class="c-absent"
        x="${x}"
        y=".5"
        width="${width}"
        height="${height - 1}"
      />`;
    if (look === "part")
      return html`<rect
        class="c-part"
        x="${x}"
        y="${height / 2}"
        width="${width}"
        height="${height / 2}"
      />`;
    if (look === "deleted")
      return html`<rect class="c-gone" x="${x}" y="0" width="${width}" height="${height}" />`;
    return html`<rect class="c-kept" x="${x}" y="0" width="${width}" height="${height}" />`;
  });
}

type Look = "kept" | "part" | "absent" | "deleted" | "unread";
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly look: Look;
}

const looks: Readonly<Record<IdClass, Look>> = {
  kept: "kept",
  part: "part",
  service: "part",
  deleted: "deleted",
  absent: "absent",
  unread: "unread",
  purged: "absent",
};
/** In a stretch too narrow to show all it holds, what a reader must not miss wins. */
const weight: readonly Look[] = ["unread", "kept", "part", "deleted", "absent"];

/** At most so many stretches as a line can show; what was not read is never swallowed by its neighbours. */
function coarse({ ranges }: CoverageAnswer, last: number): readonly Stretch[] {
  const all = ranges.map(({ from, to, class: idClass }): Stretch => ({
    from,
    to,
    look: looks[idClass],
  }));
  if (all.length <= mostStretches) return merged(all);
  const cell = last / mostStretches;
  const cells = Array.from({ length: mostStretches }, (_, place) => {
    const [from, to] = [Math.floor(place * cell) + 1, Math.floor((place + 1) * cell)];
    return { from, to: Math.max(from, to), held: new Map<Look, number>() };
  });
  for (const { from, to, look } of all) {
    const firstCell = Math.floor((from - 1) / cell);
    const lastCell = Math.min(mostStretches - 1, Math.floor((to - 1) / cell));
    for (let place = firstCell; place <= lastCell; place++) {
      const held = cells[place]?.held;
      held?.set(look, (held.get(look) ?? 0) + 1);
    }
  }
  return merged(
    cells.map(({ from, to, held }) => ({
      from,
      to,
      look: weight.find((look) => held.has(look)) ?? "kept",
    })),
  );
}

function merged(stretches: readonly Stretch[]): readonly Stretch[] {
  const out: { from: number; to: number; look: Look }[] = [];
  for (const { from, to, look } of stretches) {
    const before = out.at(-1);
    if (before?.look === look) before.to = to;
    else out.push({ from, to, look });
  }
  return out;
}

const share = (value: number): string => `${Math.round(value * 10_000) / 100}%`;

/** What the looks of a strip mean. */
export function stripLegend({ text: { common } }: Words): Html {
  return html`<ul class="legend push">
    <li>
      <svg aria-hidden="true"><rect class="c-kept" y="1" width="24" height="10" /></svg
      >${common.kept}
    </li>
    <li>
      <svg aria-hidden="true"><rect class="c-part" y="5" width="24" height="6" /></svg
      >${common.part}
    </li>
    <li>
      <svg aria-hidden="true"><rect class="c-gone" y="1" width="24" height="10" /></svg
      >${common.deleted}
    </li>
    <li>
      <svg aria-hidden="true"><rect class="c-absent" x=".5" y="1.5" width="23" height="9" /></svg
      >${common.absent}
    </li>
    <li>
      <svg aria-hidden="true"><rect width="24" height="12" fill="url(#hatch)" /></svg
      >${common.unread}
    </li>
  </ul>`;
}
