/** The one seam to the network: an address in, what came back out. Says nothing about what the page is. */
export interface PageSource extends AsyncDisposable {
  /** Scheme and host all addresses start with, no slash at the end: `https://t.me`. */
  readonly origin: string;
  /**
   * @throws Unreachable when no whole answer came, or only a redirect to a host not the source's own; any HTTP status is an
   * answer.
   */
  get(path: string, options?: { readonly signal?: AbortSignal }): Promise<FetchedPage>;
}

/** One answer. `url` is where redirects ended; `body` is bounded by the source. */
export interface FetchedPage {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}
