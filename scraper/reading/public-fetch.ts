import { lookup } from "node:dns";
import type { LookupAddress, LookupAllOptions } from "node:dns";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect, isIP } from "node:net";
import type { LookupFunction, Socket } from "node:net";
import { finished, PassThrough } from "node:stream";
import { Unreachable, UsageError } from "../errors.ts";
import { connect as connectTls } from "node:tls";
import { isPublicAddress, isPublicName } from "./public-address.ts";
import { connectThrough, type RelayFor } from "./proxy-relay.ts";

export interface PublicRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** For the whole answer, redirects included. */
  readonly timeoutMs?: number;
  /** Of the answer's body; more ends in an error while it is read. */
  readonly maxBytes?: number;
  readonly maxRedirects?: number;
  /** Hosts (`name` or `name:port`) that may have an address within the network; none by default. */
  readonly insideHosts?: readonly string[];
  /** Tells what a name stands for; the system's resolver by default. */
  readonly resolve?: Resolve;
  /** What an address is asked through; then its name is looked up there, and must be a public one by its text. */
  readonly relayFor?: RelayFor;
}

/** As `lookup` of node:dns, asked for all addresses of a name. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

export interface PublicAnswer {
  /** After redirects. */
  readonly url: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it comes, unpacked by nobody. To be read to its end or destroyed. */
  readonly body: AsyncIterable<Uint8Array> & { destroy(): void };
}

/**
 * Asks an address that a stranger named, on the public internet alone: every address a name stands for is checked when it is
 * connected to, at each redirect again, so that no name can lead inside the network. Through a proxy, which looks names up
 * itself, no number is asked and no name that networks keep for themselves.
 * @throws UsageError for an address that may not be asked; Unreachable for no answer; the signal's reason when aborted.
 */
export async function publicFetch(
  address: string,
  options: PublicRequest = {},
): Promise<PublicAnswer> {
  const { timeoutMs = 30_000, maxRedirects = 0, signal } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
  let url = checkedAddress(address, options);
  try {
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      const response = await ask(url, { ...options, signal: stop });
      const target = maxRedirects > 0 ? redirectOf(response, url) : undefined;
      if (target === undefined) return answerOf(response, url, { ...options, signal: stop });
      response.destroy();
      url = checkedAddress(target, options);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof UsageError || error instanceof Unreachable) throw error;
    const why = deadline.aborted
      ? `did not answer within ${timeoutMs / 1000} s`
      : `gave no answer: ${error instanceof Error ? error.message : String(error)}`;
    throw new Unreachable(`${url.origin} ${why}.`, { cause: error });
  }
  throw new Unreachable(`${url.origin} redirects more than ${maxRedirects} times.`);
}

/** An address that may be asked as far as can be told without looking its name up. @throws UsageError */
export function checkedAddress(
  address: string,
  options: Pick<PublicRequest, "insideHosts"> = {},
): URL {
  const url = URL.parse(address);
  if (!url || !["http:", "https:"].includes(url.protocol))
    throw new UsageError(`“${address.slice(0, 200)}” is no http or https address.`);
  if (url.username !== "" || url.password !== "")
    throw new UsageError(`The address at ${url.host} holds a password. Give one without.`);
  checkHost(url, options);
  return url;
}

/** A host that may be connected to as far as can be told without looking its name up. @throws InsideNetwork */
function checkHost(url: URL, options: Pick<PublicRequest, "insideHosts">): void {
  // A bare address is connected to without being looked up.
  const bare = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(bare) > 0 && !isInside(url, options) && !isPublicAddress(bare)) throw inside(url);
}

/** An address inside the network where only public ones may be asked; `host` is what was typed, with its port. */
export class InsideNetwork extends UsageError {
  readonly host: string;
  constructor(message: string, host: string) {
    super(message);
    this.host = host;
  }
}

const inside = (url: URL, proxy?: string): InsideNetwork =>
  new InsideNetwork(
    proxy === undefined
      ? `${url.host} is an address inside the network. Only public ones are asked.`
      : `${url.host} is a number or a name inside the network. Through a proxy (${proxy}) only public names are asked.`,
    url.host,
  );

/** Whether an address is at one of the hosts that may lie within the network. */
export const isInside = (
  url: URL,
  { insideHosts = [] }: Pick<PublicRequest, "insideHosts">,
): boolean => insideHosts.includes(url.host) || insideHosts.includes(url.hostname);

/**
 * A connection to a host and port that a stranger named, checked as `publicFetch` checks; for protocols other than HTTP.
 * @throws UsageError for one that may not be connected to; Unreachable when the proxy does not lead there; what connecting throws.
 */
export async function publicSocket(
  url: URL,
  options: Pick<PublicRequest, "insideHosts" | "resolve" | "relayFor"> & {
    readonly signal: AbortSignal;
  },
): Promise<Socket> {
  const { signal, resolve = lookup } = options;
  checkHost(url, options);
  const mayBeInside = isInside(url, options);
  const relay = await options.relayFor?.(url);
  if (relay) {
    if (!mayBeInside && !isPublicName(url.hostname)) throw inside(url, relay.proxy);
    return connectThrough(relay, url, signal);
  }
  const socket = connect({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port),
    ...(!mayBeInside && { lookup: publicLookup(url, resolve) }),
  });
  const stop = (): unknown => socket.destroy(signal.reason as Error);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await once(socket, "connect", { signal });
    return socket;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function ask(
  url: URL,
  options: PublicRequest & { readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  const { method = "GET", headers = {}, body, signal, resolve = lookup } = options;
  const { promise, resolve: answer, reject } = Promise.withResolvers<IncomingMessage>();
  const isTls = url.protocol === "https:";
  const request = isTls ? httpsRequest : httpRequest;
  const mayBeInside = isInside(url, options);
  const relay = await options.relayFor?.(url);
  if (relay && !mayBeInside && !isPublicName(url.hostname)) throw inside(url, relay.proxy);
  const socket = relay && (await connectThrough(relay, url, signal));
  const asked: ClientRequest = request(url, {
    method,
    headers: { "accept-encoding": "identity", ...headers },
    signal,
    ...(socket
      ? {
          createConnection: () =>
            isTls ? connectTls({ socket, servername: url.hostname }) : socket,
        }
      : { agent: false, ...(!mayBeInside && { lookup: publicLookup(url, resolve) }) }),
  });
  asked.once("response", answer).once("error", reject).end(body);
  return promise;
}

/** What a name stands for, all of it public, or the connection fails: asked of the name once, and connected to as answered. */
const publicLookup =
  (url: URL, resolve: Resolve): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, "", 0);
      const [first] = found;
      if (!first || !found.every(({ address }) => isPublicAddress(address)))
        return callback(inside(url), "", 0);
      if (options.all) return callback(null, found);
      return callback(null, first.address, first.family);
    });
  };

function redirectOf(response: IncomingMessage, url: URL): string | undefined {
  const { statusCode = 0 } = response;
  const { location } = response.headers;
  if (statusCode < 300 || statusCode > 399 || location === undefined) return undefined;
  return URL.parse(location, url.href)?.href ?? location;
}

/**
 * What has come is taken over at once: Node drops what nobody has read yet of an answer that breaks off. And it ends a body
 * whose length was not announced without an error when the signal closes its connection: half of it is never the whole.
 */
function answerOf(
  response: IncomingMessage,
  url: URL,
  { maxBytes = 1_000_000, signal }: PublicRequest & { readonly signal: AbortSignal },
): PublicAnswer {
  const { statusCode: status = 0, headers } = response;
  const arrived = new PassThrough();
  let brokenOff: Error | null | undefined;
  response.pipe(arrived, { end: false });
  finished(response, (error) => {
    brokenOff = error;
    arrived.end();
  });
  async function* bounded(): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    try {
      for await (const chunk of arrived as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        if (bytes > maxBytes)
          throw new Unreachable(`The answer of ${url.origin} is larger than ${maxBytes} bytes.`);
        yield chunk;
      }
    } finally {
      response.destroy();
    }
    signal.throwIfAborted();
    if (brokenOff) throw brokenOff;
  }
  const destroy = (): void => {
    response.destroy();
    arrived.destroy();
  };
  return { url: url.href, status, headers, body: Object.assign(bounded(), { destroy }) };
}
