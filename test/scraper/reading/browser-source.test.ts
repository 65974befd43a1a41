import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { browserSource } from "../../../scraper/reading/browser-source.ts";
import { findChromium } from "../../../scraper/reading/chromium.ts";
import { Unreachable, UsageError } from "../../../scraper/errors.ts";
import { serve } from "../help.ts";

const chromiumPath = chromium();

const why = chromiumPath === undefined ? " (SKIPPED: no browser was found)" : "";
describe.skipIf(chromiumPath === undefined)(`a source through Chromium${why}`, () => {
  test("gets the document as it was sent, and nothing that hangs on it", async () => {
    const html = `<!DOCTYPE html><html><head><link rel="stylesheet" href="/style.css"></head><body>
<img src="/image.png"><iframe src="/frame"></iframe><script src="/script.js"></script>
<script>document.body.textContent = "changed"; fetch("/ping")</script>привет</body></html>`;
    const asked: (string | undefined)[] = [];
    await using server = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
    });
    await using source = browserSource({ origin: server.origin, ...path });
    const pages = [await source.get("/s/durov"), await source.get("/s/durov?before=9")];
    expect(pages.map(({ url }) => url)).toEqual([
      `${server.origin}/s/durov`,
      `${server.origin}/s/durov?before=9`,
    ]);
    expect(pages.map(({ status }) => status)).toEqual([200, 200]);
    expect(Buffer.from(pages[1]?.body ?? []).toString()).toBe(html);
    for (const { receivedBytes, body } of pages)
      expect(receivedBytes).toBeGreaterThanOrEqual(body.length);
    expect(asked).toEqual(["/s/durov", "/s/durov?before=9"]);
  });

  test.each(["application/pdf", "video/mp4", "image/png"])(
    "takes a file of type %s for no page, and goes on",
    async (type) => {
      await using server = await serve((request, response) => {
        if (request.url === "/file")
          response.writeHead(200, { "content-type": type }).end(Buffer.alloc(5_000, 1));
        else response.end("<p>fine</p>");
      });
      await using source = browserSource({ origin: server.origin, ...path, timeoutMs: 5_000 });
      const error: unknown = await source.get("/file").catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        name: "Unreachable",
        lasting: true,
        message: `its answer (HTTP 200, ${type}) is no page but a file`,
      });
      expect(Buffer.from((await source.get("/fine")).body).toString()).toBe("<p>fine</p>");
    },
  );

  test("follows redirects on its own host only, and hands on its cookies", async () => {
    let canary = 0;
    await using inner = await serve((_, response) => {
      canary += 1;
      response.end("secret");
    });
    await using server = await serve((request, response) => {
      const location = request.url === "/s/durov" ? "/durov" : `${inner.origin}/`;
      if (request.url === "/durov") response.end("<p>landing</p>");
      else response.writeHead(302, { location, "set-cookie": "a=1; Path=/" }).end();
    });
    const cookies: string[] = [];
    await using source = browserSource({
      origin: server.origin,
      ...path,
      onCookies: async (given) => void cookies.push(...given.map(({ name }) => name)),
    });
    expect((await source.get("/s/durov")).url).toBe(`${server.origin}/durov`);
    expect(cookies).toEqual(["a"]);
    await expect(source.get("/elsewhere")).rejects.toThrow("not the source's own host");
    expect(canary).toBe(0);
  });

  test("goes on after a page without end, a silent server and a stop", async () => {
    const stop = new AbortController();
    await using server = await serve((request, response) => {
      if (request.url === "/stop") stop.abort(new Error("enough"));
      if (request.url === "/fine") response.end("<p>fine</p>");
      if (request.url !== "/endless") return;
      const more = (): void => {
        if (!response.destroyed) response.write("a".repeat(100_000), more);
      };
      more();
    });
    await using source = browserSource({
      origin: server.origin,
      ...path,
      maxBytes: 1_000_000,
      timeoutMs: 2_000,
    });
    await expect(source.get("/endless")).rejects.toThrow("too large");
    await expect(source.get("/silent")).rejects.toThrow(Unreachable);
    await expect(source.get("/stop", { signal: stop.signal })).rejects.toThrow("enough");
    expect((await source.get("/fine")).status).toBe(200);
  });
});

test("a browser that does not start is named", async () => {
  await using source = browserSource({ origin: "http://127.0.0.1:9", chromiumPath: "/bin/false" });
  const asked = source.get("/s/durov");
  await expect(asked).rejects.toThrow("The browser /bin/false did not start");
  await expect(asked).rejects.toThrow(UsageError);
});

function chromium(): string | undefined {
  const set = process.env["BACKSCROLL_CHROMIUM"];
  if (set !== undefined && !existsSync(set)) return undefined;
  try {
    return findChromium(set);
  } catch {
    return undefined;
  }
}

const path = chromiumPath === undefined ? {} : { chromiumPath };
