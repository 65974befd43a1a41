import { html } from "hono/html";
import type { ChannelAnswer } from "../../server/contract/channel.ts";
import type { CoverageAnswer } from "../../server/contract/coverage.ts";
import type { RunAnswer } from "../../server/contract/run.ts";
import { addChannelForm, type AddChannel } from "./add-channel.ts";
import { faceMark, faceOf } from "../parts/faces.ts";
import { moment, name, zoned } from "../parts/format.ts";
import { percent } from "../words/percent.ts";
import type { Html } from "../parts/html.ts";
import { page, type Frame } from "../parts/layout.ts";
import { livePage, lookingAgain } from "../parts/live.ts";
import { runList, runNote } from "../parts/runs.ts";
import { strip, stripLegend } from "../parts/strip.ts";

export interface ChannelsView {
  readonly frame: Frame;
  readonly channels: readonly ChannelAnswer[];
  readonly coverage: ReadonlyMap<string, CoverageAnswer>;
  readonly runs: readonly RunAnswer[];
  readonly form?: AddChannel;
}

/** Every channel, how completely it is known, and a form to add one. */
export function channelsPage(view: ChannelsView): Html {
  const { frame, channels, runs } = view;
  const { words } = frame;
  const { channels: text, common } = words.text;
  const imported = channels.filter((one) => one.imported > 0).length;
  const complete = channels.filter((one) => one.complete === 1 && one.imported === 0).length;
  const gaps = channels.filter((one) => one.complete < 1 && one.imported === 0).length;
  const running = runs.filter(({ state }) => state === "running").length;
  const said = [
    text.complete({ count: complete }),
    gaps > 0 && text.withGaps({ count: gaps }),
    imported > 0 && text.importedOf({ count: imported }),
    running > 0 && text.beingRead({ count: running }),
  ].filter((part) => part !== false);
  return page(frame, {
    title: common.channelsPage,
    current: "channels",
    ...lookingAgain(runs, { still: true }),
    main: html`<div class="page-head">
        <div>
          <h1>${words.text.common.channels({ n: channels.length })}</h1>
          <p>${said.join(", ")}.</p>
        </div>
        ${addChannelForm(frame, view.form)}
      </div>
      ${livePage(runs)}
      <div data-live="channels">
        ${
          channels.length > 0 &&
          html`<div class="row">${stripLegend(words)}</div>
            ${table(view)}`
        }
      </div>
      ${runList(runs, frame)}`,
  });
}

function table({ frame, channels, coverage, runs }: ChannelsView): Html {
  const { words } = frame;
  const { channels: text, common } = words.text;
  const { number } = words;
  return html`<table class="table table-mid table-fold section">
    <thead>
      <tr>
        <th scope="col">${common.channel}</th>
        <th scope="col" class="num">${common.postsTitle}</th>
        <th scope="col">${text.everyId}</th>
        <th scope="col" class="num">${text.known}</th>
        <th scope="col">${zoned(text.newest)}</th>
        <th scope="col">${zoned(text.lastRead)}</th>
      </tr>
    </thead>
    <tbody>
      ${channels.map((channel) => {
        const known = coverage.get(channel.name);
        const run = runs.find((one) => one.channel.toLowerCase() === channel.name.toLowerCase());
        return html`<tr id="${channel.name}">
          <th scope="row">
            <a class="channel" href="/c/${channel.name}"
              >${faceMark(faceOf(channel))}<bdi>${name(channel.title)}</bdi></a
            >
            <div class="shelf quiet">${channel.name}</div>
          </th>
          <td class="num" data-label="${common.postsTitle}">${number(channel.posts)}</td>
          <td data-label="${text.everyIdShort}">
            ${known && html`<svg class="chart" height="10" aria-hidden="true">${strip(known, 10)}</svg>`}
          </td>
          <td class="num" data-label="${text.known}">
            ${percent(channel.complete)}${
              channel.imported > 0 &&
              html`<div class="quiet small">${text.importedOf({ count: channel.imported })}</div>`
            }
          </td>
          <td data-label="${text.newest}">${when(channel.newest)}</td>
          <td data-label="${text.lastRead}">${runNote(run, words) ?? when(channel.lastReadAt)}</td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}

const when = (instant: string | undefined): Html | undefined =>
  instant === undefined
    ? undefined
    : html`<time datetime="${instant}">${moment(instant).replace(" UTC", "")}</time>`;
