import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** A file of a host that has its faults: what it is in the end, and how often it was asked for. */
interface Told {
  readonly bytes: Buffer;
  readonly faulty?: (
    asked: { readonly request: IncomingMessage; readonly time: number; readonly folder: string },
    response: ServerResponse,
  ) => boolean;
}

export const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** A JPEG as far as its first bytes go, another for each number. */
export const picture = (number: number, length = 600 + ((number * 37) % 3000)): Buffer =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
    Buffer.from(`picture ${number} `.repeat(Math.ceil(length / 10))).subarray(0, length),
  ]);

/** Serves files by the name at the end of their address, with ranges and tags, after whatever is wrong with each. */
export class MediaHost {
  readonly #files = new Map<string, Told>();
  readonly #times = new Map<string, number>();
  /** Ranges that were asked for and granted. */
  resumed = 0;

  put(name: string, told: Told): void {
    this.#files.set(name, told);
  }

  /** How often a file was asked for. */
  times(name: string): number {
    return this.#times.get(name) ?? 0;
  }

  readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    const [, , folder = "", name = ""] = (request.url ?? "").split("/");
    const told = this.#files.get(name);
    const time = this.times(name) + 1;
    this.#times.set(name, time);
    if (!told) return void response.writeHead(404).end();
    if (told.faulty?.({ request, time, folder }, response)) return;
    this.send(request, response, told.bytes);
  };

  send(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
    const etag = `"${sha256Of(bytes).slice(0, 16)}"`;
    const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
    const from = request.headers["if-range"] === etag ? Number(start ?? 0) : 0;
    if (from > 0) this.resumed += 1;
    response.writeHead(from > 0 ? 206 : 200, {
      etag,
      "content-type": "text/html",
      "content-length": bytes.length - from,
      ...(from > 0 && { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    response.end(bytes.subarray(from));
  }
}
