import { z } from "@hono/zod-openapi";
import { instant } from "../../../scraper/instant.ts";
import type { ChangesShown } from "../../../web/pages/changes-page.ts";
import { changeKinds } from "../../archive/posts/post-change.ts";
import type { ChangeFilter } from "../../archive/posts/read-changes.ts";
import { dateInterval } from "../../search/query/dates.ts";
import type { Parts } from "../parts.ts";
import { keptChannel } from "./channels.ts";
import { commaList, refuseOthers, type Within, wholeNumber } from "./search.ts";

/** How many changes an answer, a page and a feed hold. */
export const changesAPage = 50;
export const mostPages = 100_000;

const aDate = "takes a date like 2024, 2024-05, 2024-05-06 or 2024-05-06T12:30Z";

/** Which changes are asked for, the same of API, feed and page. */
export const askedShape = {
  since: z
    .string("can be given once only")
    .transform((typed) => (typed.trim() === "" ? undefined : typed.trim()))
    .refine((typed) => typed === undefined || dateInterval(typed) !== undefined, aDate)
    .optional()
    .openapi({ type: "string", description: "Seen from this date on", example: "2024-05-06" }),
  channel: commaList("Names of channels"),
  kind: commaList(`Any of ${changeKinds.join(", ")}`).pipe(
    z.array(z.enum(changeKinds, `takes any of ${changeKinds.join(", ")}`)).optional(),
  ),
};

export const changesQuery = z.object({ ...askedShape, page: wholeNumber(mostPages) });

/** What is meant, of the channels that whoever asks may see. @throws Refusal when a channel is not kept, or not theirs */
export async function changeFilter(
  parts: Parts,
  { since, channel, kind }: Omit<ChangesShown, "page">,
  within: Within,
): Promise<ChangeFilter> {
  refuseOthers(within, channel);
  for (const name of channel ?? []) await keptChannel(parts, name);
  const channels = channel ?? within;
  const from = since === undefined ? undefined : dateInterval(since)?.from;
  return {
    ...(channels && { channels }),
    ...(kind && { kinds: kind }),
    ...(from !== undefined && { since: instantOf(from) }),
  };
}

/** As changes have it, in whole seconds. */
const instantOf = (ms: number): string => instant(Math.ceil(ms / 1000) * 1000);

/** The address of a list of changes with these conditions. */
export function changesAddress(path: string, { since, channel, kind, page }: ChangesShown): string {
  const given = new URLSearchParams({
    ...(since !== undefined && { since }),
    ...(channel && { channel: channel.join(",") }),
    ...(kind && { kind: kind.join(",") }),
    ...(page !== undefined && page > 1 && { page: String(page) }),
  }).toString();
  return given === "" ? path : `${path}?${given}`;
}
