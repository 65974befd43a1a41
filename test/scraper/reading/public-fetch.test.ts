import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Unreachable, UsageError } from "../../../scraper/errors.ts";
import { publicFetch } from "../../../scraper/reading/public-fetch.ts";
import { isPublicAddress } from "../../../scraper/reading/public-address.ts";

describe("an address that a stranger named", () => {
  let asked = 0;
  const canary = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked += 1;
    if (request.url === "/away")
      response.writeHead(302, { location: `http://127.1:${port()}/` }).end();
    else if (request.url === "/long") response.end("x".repeat(10_000));
    else if (request.url === "/never") response.flushHeaders();
    else response.end("inside");
  });
  const port = (): number => (canary.address() as AddressInfo).port;
  const here = (): string => `127.0.0.1:${port()}`;
  beforeAll(
    () => new Promise<void>((listening) => canary.listen(0, "127.0.0.1", () => listening())),
  );
  afterAll(() => {
    canary.closeAllConnections();
    canary.close();
  });

  test.each([
    "ftp://example.org/",
    "file:///etc/passwd",
    "javascript:1",
    "not an address",
    "http://u:p@example.org/",
  ])("%s is no address to ask", async (address) => {
    await expect(publicFetch(address)).rejects.toThrow(UsageError);
  });

  test("a host that the operator named is asked, and may not send us on to one that he did not", async () => {
    const options = { insideHosts: [here()], maxRedirects: 3 };
    const answer = await publicFetch(`http://${here()}/`, options);
    expect(await text(answer.body)).toBe("inside");
    const before = asked;
    await expect(
      publicFetch(`http://${here()}/away`, { insideHosts: [here()] }),
    ).resolves.toMatchObject({ status: 302 });
    const strict = { insideHosts: [`localhost:${port()}`], maxRedirects: 3 };
    await expect(publicFetch(`http://localhost:${port()}/away`, strict)).rejects.toThrow(
      /inside the network/,
    );
    expect(asked).toBe(before + 2);
  });

  test("an answer has a bound in bytes and in time", async () => {
    const { body } = await publicFetch(`http://${here()}/long`, {
      insideHosts: [here()],
      maxBytes: 100,
    });
    await expect(text(body)).rejects.toThrow(/larger than 100 bytes/);
    const slow = await publicFetch(`http://${here()}/never`, {
      insideHosts: [here()],
      timeoutMs: 50,
    });
    await expect(text(slow.body)).rejects.toThrow(/abort/);
    await expect(
      publicFetch("http://127.0.0.1:1/", { insideHosts: ["127.0.0.1"] }),
    ).rejects.toThrow(Unreachable);
  });

  test.each([
    ["8.8.8.8", true],
    ["2606:4700::1111", true],
    ["::ffff:8.8.8.8", true],
    ["100.128.0.1", true],
    ["", false],
    ["example.org", false],
  ])("whether %j is public: %s", (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic);
  });
});

async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
