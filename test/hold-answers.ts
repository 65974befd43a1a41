import { afterEach, vi } from "vitest";
import { pagesFromAnswers, takeFaults } from "./answer-faults.ts";

// Runs before each test file: what our servers answer, and what pages are drawn from, is held to the schemas of the API.

const mostTold = 20;
afterEach(() => {
  const faults = takeFaults();
  if (faults.length > 0)
    throw new Error(`Not as its schema describes it:\n${faults.slice(0, mostTold).join("\n")}`);
});

for (const page of pagesFromAnswers)
  vi.doMock(`../web/pages/${page}.ts`, async (original) => {
    const { holdPages } = await import("./server/http/hold-pages.ts");
    return holdPages(await original<Record<string, unknown>>());
  });

const ask = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const response = await ask(input, init);
  const { pathname, hostname, origin } = new URL(input instanceof Request ? input.url : input);
  if (hostname === "127.0.0.1" && /^\/(api\/v1|c)\//.test(pathname)) {
    const { holdFetched } = await import("./server/http/held-to-contract.ts");
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    await holdFetched({ method, path: pathname, response: await unpacked(response) }, async () =>
      ask(`${origin}/openapi.json`),
    );
  }
  return response;
};

/** A copy of an answer, as `fetch` has unpacked it; of files and streams, which are read as they come, without the body. */
async function unpacked(response: Response): Promise<Response> {
  const headers = new Headers(response.headers);
  headers.delete("content-encoding");
  const isJson = /[/+]json\b/.test(headers.get("content-type") ?? "");
  const body = isJson ? await response.clone().text() : undefined;
  return new Response(body ?? null, { status: response.status, headers });
}
