import type { PostAnswer } from "./kept-post.ts";

/** Counters of a post as they stood when looked at; drawn on its page. */
export interface SampleAnswer {
  readonly at: string;
  readonly views?: number | undefined;
  readonly reactions: PostAnswer["reactions"];
  readonly voters?: number | undefined;
}
/** What a channel's page said of the channel, last on a UTC day; drawn on its page. */
export interface ChannelSampleAnswer {
  readonly day: string;
  readonly counters: { readonly subscribers?: number | undefined };
}
