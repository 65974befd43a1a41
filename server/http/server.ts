import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, RequestError } from "@hono/node-server";
import { asJson, problemOf, Refusal } from "./problems.ts";
import { refuseUnparsed } from "./unparsed.ts";

const headersMs = 10_000;
const requestMs = 30_000;
const idleMs = 10_000;
const headerBytes = 16 * 1024;
const closeMs = 5000;

/** The address cannot be listened on; the sentence says which and what to do. */
export class AddressUnavailable extends Error {
  override name = "AddressUnavailable";
}

export interface RunningServer {
  /** Where it answers: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes no more requests, lets those under way finish for a few seconds, then closes. */
  readonly close: () => Promise<void>;
}

/** Listens and answers with `app`; port 0 takes a free one. @throws AddressUnavailable */
export async function startServer(options: {
  readonly app: { fetch(request: Request, connection?: object): Response | Promise<Response> };
  readonly host: string;
  readonly port: number;
}): Promise<RunningServer> {
  const listener = getRequestListener(
    (request, connection) => options.app.fetch(request, connection),
    { errorHandler: unusable },
  );
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: idleMs,
      maxHeaderSize: headerBytes,
      // Refused by us, in words.
      requireHostHeader: false,
    },
    (incoming, outgoing) => {
      // A closing server waits for kept-alive connections too, unless it ends them once they fall idle.
      outgoing.once("close", () =>
        setImmediate(() => server.listening || server.closeIdleConnections()),
      );
      void listener(incoming, outgoing);
    },
  );
  server.on("clientError", refuseUnparsed);
  const { port } = await listening(server, options);
  const host = options.host.includes(":")
    ? `[${options.host.replace(/^\[|\]$/g, "")}]`
    : options.host;
  return { url: `http://${host}:${port}`, close: () => closed(server) };
}

/** The answer to what is no request that an application could be asked: an address or host that cannot be. */
function unusable(error: unknown): Response {
  const isRequest = error instanceof RequestError;
  const kind = isRequest ? "bad-request" : "unexpected";
  const status = isRequest ? 400 : 500;
  const detail = isRequest ? `${error.message}.` : "It is not your request.";
  return asJson(problemOf(new Refusal({ kind, status, detail })));
}

/** Whether an address can be listened on, before anything is done that takes its time. @throws AddressUnavailable */
export async function refuseTaken(address: {
  readonly host: string;
  readonly port: number;
}): Promise<void> {
  const server = createServer();
  await listening(server, address);
  await new Promise((resolve) => server.close(resolve));
}

async function listening(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, host.replace(/^\[|\]$/g, ""), resolve);
  try {
    await promise;
  } catch (error) {
    throw new AddressUnavailable(sentence(error, `${host}:${port}`), { cause: error });
  }
  server.off("error", reject);
  return server.address() as AddressInfo;
}

function sentence(error: unknown, address: string): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE")
    return `${address} is taken by another program. Choose another port with --port, or stop that program.`;
  if (code === "EACCES")
    return `${address} may not be used by this user. Choose a port above 1023 with --port.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return `${address} is no address of this machine. Check --host.`;
  return `${address} cannot be listened on: ${error instanceof Error ? error.message : String(error)}`;
}

async function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const patience = setTimeout(() => server.closeAllConnections(), closeMs);
  await promise;
  clearTimeout(patience);
}
