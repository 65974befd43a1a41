import type { IncomingMessage, ServerResponse } from "node:http";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { describe, expect, test } from "vitest";
import { Unreachable } from "../../../scraper/errors.ts";
import { httpSource } from "../../../scraper/reading/http-source.ts";
import { serve } from "../help.ts";

describe("a source over HTTP", () => {
  test("gives back status, headers, body and address, unpacked, and says who asks", async () => {
    const asked: IncomingMessage[] = [];
    await using server = await serve((request, response) => {
      asked.push(request);
      response.writeHead(200, { "content-encoding": "gzip", "x-one": "1" });
      response.end(gzipSync("<p>привет</p>"));
    });
    await using source = await httpSource({ origin: server.origin, userAgent: "Tester/1" });
    const page = await source.get("/s/durov?before=9");
    expect(Buffer.from(page.body).toString()).toBe("<p>привет</p>");
    expect(page).toMatchObject({ status: 200, url: `${server.origin}/s/durov?before=9` });
    expect(page.headers["x-one"]).toBe("1");
    expect(asked[0]?.headers).toMatchObject({
      "user-agent": "Tester/1",
      "accept-encoding": "gzip",
    });
  });

  test.each([
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["zstd", zstdCompressSync],
    ["x-gzip", gzipSync],
    ["deflate, br", (text: string) => brotliCompressSync(deflateSync(text))],
    ["", gzipSync],
    ["br", (text: string) => Buffer.from(text)],
  ] as const)("unpacks %s, though only gzip is asked for", async (encoding, pack) => {
    await using server = await serve((_, response) => {
      response.writeHead(200, encoding === "" ? {} : { "content-encoding": encoding });
      response.end(pack("<p>привет</p>"));
    });
    await using source = await httpSource({ origin: server.origin });
    const { body } = await source.get("/s/durov");
    expect(Buffer.from(body).toString()).toBe("<p>привет</p>");
  });

  test.each([
    ["a packing that nobody knows", { "content-encoding": "lzma" }, "packed as “lzma”"],
    ["packings without end", { "content-encoding": "gzip, gzip, gzip, gzip" }, "over and over"],
    ["another host", { location: "http://127.0.0.1:9/" }, "not the source's own host"],
  ])("%s will be so again", async (_, headers, why) => {
    await using server = await serve((_request, response) => {
      response.writeHead("location" in headers ? 302 : 200, headers).end("x");
    });
    await using source = await httpSource({ origin: server.origin });
    const error: unknown = await source.get("/s/durov").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "Unreachable", lasting: true });
    expect(String(error)).toContain(why);
  });

  test("gives back an answer of any status", async () => {
    await using server = await serve((_, response) => response.writeHead(404).end("no"));
    await using source = await httpSource({ origin: server.origin });
    expect((await source.get("/s/durov")).status).toBe(404);
  });

  test("follows redirects within its own host, keeps cookies, and tells where they ended", async () => {
    const cookies: (string | undefined)[] = [];
    await using server = await serve((request, response) => {
      cookies.push(request.headers.cookie);
      if (request.url === "/durov") response.end("landing");
      else response.writeHead(302, { location: "/durov", "set-cookie": "a=1; Path=/" }).end();
    });
    await using source = await httpSource({ origin: server.origin });
    expect((await source.get("/s/durov")).url).toBe(`${server.origin}/durov`);
    await source.addCookies([cookie("b", "2")]);
    await source.get("/durov");
    expect(cookies).toEqual([undefined, "a=1", "a=1; b=2"]);
  });

  test("never asks another host it is sent to", async () => {
    let canary = 0;
    await using inner = await serve((_, response) => {
      canary += 1;
      response.end("secret");
    });
    const targets = [inner.origin, inner.origin.replace("http:", ""), `${inner.origin}@127.0.0.1/`];
    for (const location of targets) {
      await using server = await serve((_, response) =>
        response.writeHead(302, { location }).end(),
      );
      await using source = await httpSource({ origin: server.origin });
      await expect(source.get("/s/durov")).rejects.toThrow(
        /redirects to .*not the source's own host/,
      );
    }
    expect(canary).toBe(0);
  });

  test("stops a circle of redirects", async () => {
    let asked = 0;
    await using server = await serve((_, response) => {
      asked += 1;
      response.writeHead(302, { location: "/again" }).end();
    });
    await using source = await httpSource({ origin: server.origin });
    await expect(source.get("/s/durov")).rejects.toThrow("redirects more than 5 times");
    expect(asked).toBe(6);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ["a line dropped at once", (response) => response.destroy()],
    [
      "a body shorter than announced",
      (response) => {
        response.writeHead(200, { "content-length": 500 });
        response.write("abc", () => response.destroy());
      },
    ],
    [
      "a packed body that breaks off with the line",
      (response) => {
        response.writeHead(200, { "content-encoding": "gzip" });
        response.write(packed.subarray(0, 50), () => response.destroy());
      },
    ],
    [
      "a packed body that looks complete and is not",
      (response) => {
        response.writeHead(200, { "content-encoding": "gzip" });
        response.end(packed.subarray(0, 50));
      },
    ],
    [
      "a packed body that unpacks to nonsense",
      (response) => {
        response.writeHead(200, { "content-encoding": "gzip" });
        response.end(Buffer.concat([packed.subarray(0, 20), Buffer.alloc(20, 7)]));
      },
    ],
  ])("calls %s unreachable", async (_, answer) => {
    await using server = await serve((_request, response) => answer(response));
    await using source = await httpSource({ origin: server.origin });
    await expect(source.get("/s/durov")).rejects.toThrow(Unreachable);
  });

  test("says so when there is nobody", async () => {
    const server = await serve(() => {});
    await server[Symbol.asyncDispose]();
    await using source = await httpSource({ origin: server.origin });
    await expect(source.get("/s/durov")).rejects.toThrow(/gave no answer: .*ECONNREFUSED/);
  });

  test("stops reading a body without end", async () => {
    let sent = 0;
    await using server = await serve((_, response) => {
      const chunk = Buffer.alloc(100_000, "a");
      const more = (): void => {
        if (response.destroyed || sent > 100_000_000) return;
        sent += chunk.length;
        response.write(chunk, more);
      };
      more();
    });
    await using source = await httpSource({ origin: server.origin, maxBytes: 1_000_000 });
    await expect(source.get("/s/durov")).rejects.toMatchObject({
      message: expect.stringContaining("larger than 1 MB"),
      lasting: true,
    });
    expect(sent).toBeLessThan(50_000_000);
  });

  test("stops unpacking a body that grows without bound", async () => {
    const bomb = gzipSync(Buffer.alloc(30_000_000));
    await using server = await serve((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
    });
    await using source = await httpSource({ origin: server.origin, maxBytes: 1_000_000 });
    await expect(source.get("/s/durov")).rejects.toThrow(Unreachable);
  });

  test("bounds the time of an answer, its body included", async () => {
    await using server = await serve((request, response) => {
      if (request.url === "/body") response.write("begun, ");
    });
    await using source = await httpSource({ origin: server.origin, timeoutMs: 60 });
    await expect(source.get("/silent")).rejects.toThrow("did not answer within 0.06 s");
    await expect(source.get("/body")).rejects.toThrow("did not answer within 0.06 s");
  });

  test("lets go of the line as soon as it is told to stop", async () => {
    const stop = new AbortController();
    const closed = Promise.withResolvers<void>();
    await using server = await serve((request) => {
      request.socket.once("close", closed.resolve);
      stop.abort(new Error("enough"));
    });
    await using source = await httpSource({ origin: server.origin });
    await expect(source.get("/s/durov", { signal: stop.signal })).rejects.toThrow("enough");
    await closed.promise;
    await expect(source.get("/s/durov", { signal: stop.signal })).rejects.toThrow("enough");
  });

  test("is asked for paths only", async () => {
    await using source = await httpSource();
    await expect(source.get("@evil.example/")).rejects.toThrow("not a path at https://t.me");
  });
});

const packed = gzipSync(Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) % 251)));

function cookie(name: string, value: string) {
  return {
    name,
    value,
    domain: "127.0.0.1",
    path: "/",
    expires: -1,
    httpOnly: false,
    secure: false,
    sameSite: "Lax" as const,
  };
}
