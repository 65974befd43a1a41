import { expect, test } from "vitest";
import { readConfig } from "../../../server/config.ts";
import { openReader } from "../../../server/wiring/open-reader.ts";
import { emptyFolder } from "../../help.ts";
import { serve } from "../../scraper/help.ts";

test("the source is told who asks, by the name that was set", async () => {
  const asked: (string | undefined)[] = [];
  await using site = await serve((request, response) => {
    asked.push(request.headers["user-agent"]);
    response.writeHead(404).end();
  });
  for (const named of [{}, { BACKSCROLL_USER_AGENT: "Archive/1.0 (+https://example.org)" }]) {
    const environment = { BACKSCROLL_DATA: emptyFolder(), BACKSCROLL_SOURCE: site.origin };
    await using reader = await openReader(readConfig({}, { ...environment, ...named }));
    await reader.robots();
  }
  expect(asked).toEqual([
    expect.stringContaining("Backscroll/"),
    "Archive/1.0 (+https://example.org)",
  ]);
});
