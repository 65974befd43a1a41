import { widgetParameters } from "../../../web/pages/widget-page.ts";
import type { PageParameters } from "../known-parameters.ts";
import { changesQuery } from "../api/changes-asked.ts";
import { channelQuery } from "../api/channel-query.ts";
import { runsQuery } from "../api/runs.ts";
import { hitQuery, pageQuery } from "../api/search.ts";

/**
 * What pages take in their address; pages that are not here take nothing, so nothing in it can be misspelt, and it is passed
 * over. The widget's frame checks its own, once it knows who may hold it.
 */
export const pageParameters: PageParameters = new Map<string, readonly string[]>([
  ["/", Object.keys(pageQuery.shape)],
  ["/c/:channel", Object.keys(channelQuery.shape)],
  ["/changes", Object.keys(changesQuery.shape)],
  ["/compare", ["q", "scale"]],
  ["/compare.csv", ["q", "scale"]],
  ["/compare.svg", ["q", "scale"]],
  ["/runs", Object.keys(runsQuery.shape)],
  ["/runs/:id", ["still"]],
  ["/channels/add", ["channel", "still"]],
  ["/c/:channel/:id", ["v", ...Object.keys(hitQuery.shape)]],
  ["/embed/:name/:id", ["theme", "lang", "key"]],
  ["/sets/:hash", ["query"]],
  ["/saved", ["q"]],
  ["/enter", ["next"]],
  ["/widget", widgetParameters],
]);
