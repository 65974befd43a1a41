/** The one seam to the network: an address in, what came back out. Says nothing about what the page is. */
export interface PageSource extends AsyncDisposable {
  /** Scheme and host all addresses start with, no slash at the end: `https://t.me`. */
  readonly origin: string;
  /**
   * @throws Unreachable when no whole answer came, or only a redirect to a host not the source's own; any HTTP status is an
   * answer.
   */
  get(path: string, options?: GetOptions): Promise<FetchedPage>;
}

export interface GetOptions {
  readonly signal?: AbortSignal;
  /** Told before each request that this takes: the first, and one for every redirect followed. */
  readonly onRequest?: () => void;
}

/** What an answer says before its body; names of headers in small letters. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** One answer. `url` is where redirects ended. */
export interface WebPage extends ResponseHead {
  readonly url: string;
  readonly body: Uint8Array;
}

/** An answer as it came; `body` is bounded by the source. */
export interface FetchedPage extends WebPage {
  /** How many bytes of body came over the network, packed as they were; redirects apart. */
  readonly receivedBytes: number;
}
