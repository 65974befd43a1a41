/** A stand-in in a process of its own; each page is made once, so that what is measured is the reader. */
import { createServer, request } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { makeTruth } from "../../demo/make-truth.ts";
import { startStandIn } from "../../demo/stand-in.ts";

const [channel = "", posts = "2000"] = process.argv.slice(2);
const standIn = await startStandIn({
  channels: [makeTruth({ channel, posts: Number(posts), seed: 1 })],
});

interface MadePage {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}
const made = new Map<string, MadePage>();

async function pageAt(path: string): Promise<MadePage> {
  const page = made.get(path) ?? (await makePage(path));
  made.set(path, page);
  return page;
}

const server = createServer((asked, answer) => {
  pageAt(asked.url ?? "/").then(
    ({ status, headers, body }) => answer.writeHead(status, headers).end(body),
    () => answer.destroy(),
  );
});

/** As sent: packed, if the stand-in packs it. */
async function makePage(path: string): Promise<MadePage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request(standIn.origin + path, { headers: { "accept-encoding": "gzip" } }, resolve)
    .on("error", reject)
    .end();
  const response = await promise;
  const headers: Record<string, string> = {};
  for (const name of ["content-type", "content-encoding"])
    if (typeof response.headers[name] === "string") headers[name] = response.headers[name];
  return { status: response.statusCode ?? 500, headers, body: await buffer(response) };
}

server.listen(0, "127.0.0.1", () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on("disconnect", () => process.exit());
