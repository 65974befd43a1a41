import type { SearchAnswer } from "../../server/contract/search.ts";
import { searchAddress } from "./format.ts";

/** What was asked for, as it stands in the address. */
export interface Asked {
  readonly q: string;
  readonly channel: string;
  readonly after: string;
  readonly before: string;
  readonly has: string;
  readonly is: string;
  readonly lang: string;
  readonly sort: string;
  readonly fold: string;
  readonly rank: string;
  readonly limit: string;
  readonly histogram: string;
  readonly page: string;
  /** One of `views`; anything else is posts. */
  readonly view: string;
  /** Columns of the table, with commas; empty: the usual ones. */
  readonly cols: string;
  /** `off` leaves the picture of the time out. */
  readonly timeline: string;
}

/** The ways to look at a result. */
export const views = ["posts", "context", "table", "gallery"] as const;
export type View = (typeof views)[number];

export const viewOf = ({ view }: Asked): View => views.find((one) => one === view) ?? "posts";

/** The address of the same search with something else, from its first page. */
export const again = (asked: Asked, change: Partial<Asked>): string =>
  searchAddress({ ...asked, page: "", ...change });

/** Addresses of other queries that keep the order, the interval, the length of the list and the view. */
export const toQuery =
  ({ sort, histogram, limit, view, cols, timeline }: Asked) =>
  (q: string): string =>
    searchAddress({ q, sort, histogram, limit, view, cols, timeline });

/** The address of the same search with its copies folded, or with all of them again. */
export function folding(
  asked: Asked,
  { groups, parsed }: Pick<SearchAnswer, "groups" | "parsed">,
): string {
  if (groups === undefined) return again(asked, { fold: "copies" });
  if (asked.fold !== "") return again(asked, { fold: "" });
  const q = parsed.slice(0, parsed.lastIndexOf("fold:")).trim();
  return again(asked, { q, channel: "", after: "", before: "", has: "", is: "", lang: "" });
}

/** Whether conditions stand beside the query in the address. */
export const hasFilters = ({ channel, after, before, has, is, lang }: Asked): boolean =>
  [channel, after, before, has, is, lang].some((value) => value !== "");
