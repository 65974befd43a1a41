import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";

/** What becomes of a request: an answer of ours, silence, or (undefined) what the server behind says. */
export type Fault = (asked: {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}) => { readonly status: number; readonly body: unknown } | "hang" | undefined;

/** A server that passes everything on to another, but for what `fault` says. */
export class FaultProxy implements AsyncDisposable {
  fault: Fault = () => undefined;
  readonly url: string;
  readonly #server: ReturnType<typeof createServer>;

  private constructor(server: ReturnType<typeof createServer>, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async before(target: string): Promise<FaultProxy> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("No address.");
    const proxy = new FaultProxy(server, `http://127.0.0.1:${address.port}`);
    server.on("request", (asked: IncomingMessage, answer: ServerResponse) => {
      void proxy.#pass(new URL(asked.url ?? "/", target), asked, answer);
    });
    return proxy;
  }

  async #pass(url: URL, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = "GET" } = asked;
    const fault = this.fault({ method, path: url.pathname, body: body.toString() });
    if (fault === "hang") return;
    if (fault !== undefined) {
      answer.writeHead(fault.status, { "content-type": "application/json" });
      answer.end(JSON.stringify(fault.body));
      return;
    }
    const passed = request(
      url,
      { method, headers: { ...asked.headers, host: url.host } },
      (told) => {
        answer.writeHead(told.statusCode ?? 500, told.headers);
        told.pipe(answer);
      },
    );
    passed.on("error", () => answer.destroy());
    passed.end(body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
