/**
 * What `backscroll/scraper` gives to other programs: public channels in, posts out, no archive and no server. Whatever is not
 * named here may change with any version.
 * @public
 */
export { channelName } from "./channel-name.ts";
export { ChannelUnavailable, PageChanged, Throttled, Unreachable, UsageError } from "./errors.ts";
export { Gate, type GateOptions } from "./reading/gate.ts";
export { httpSource, type HttpSourceOptions } from "./reading/http-source.ts";
export { browserSource, type BrowserSourceOptions } from "./reading/browser-source.ts";
export type { FetchedPage, GetOptions, PageSource } from "./reading/source.ts";
export { pageReader, type PageReader, type PageReaderOptions } from "./reading/page-reader.ts";
export { readHistory, readNewest, type HistoryOptions } from "./reading/history.ts";
export type { HistoryPage, IdRange } from "./reading/history-page.ts";
export type * from "./post.ts";
