import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import { backscroll, emptyFolder } from "../../help.ts";

const truth = makeTruth({ posts: 60, seed: 4, channel: "vse_vidy" });

/** The settings of a command that reads a channel whose pages are written otherwise. */
async function otherwise(page: (html: string) => string): Promise<Record<string, string>> {
  const standIn = await startStandIn({ channels: [truth] });
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    const { status, headers, text } = await asServed(standIn.origin + path);
    response.writeHead(status, headers).end(page(text));
  };
  const server = createServer(({ url = "" }, response) => void answer(url, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.close();
    await standIn.close();
  });
  const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { BACKSCROLL_DATA: emptyFolder(), BACKSCROLL_SOURCE: source };
}

async function asServed(url: string) {
  const answer = await fetch(url);
  const headers = { "content-type": answer.headers.get("content-type") ?? "" };
  return { status: answer.status, headers, text: await answer.text() };
}

test.each(["archive", "scrape"])(
  "what is strange on each page is one line of `%s`, with how often it was met",
  async (command) => {
    let pages = 0;
    const env = await otherwise((html) => {
      if (html.includes("tgme_widget_message_footer")) pages++;
      return html.replace(
        '<div class="tgme_widget_message_footer',
        '<div class="tgme_widget_message_sparkle">glitter</div>$&',
      );
    });
    const { code, said } = await backscroll([command, "vse_vidy"], { env });
    expect(code).toBe(0);
    const strange = said.split("\n").filter((line) => line.includes("sparkle"));
    expect(pages).toBeGreaterThan(2);
    expect(strange).toEqual([
      `@vse_vidy: A post shows a part this version does not know: tgme_widget_message_sparkle. Its markup is kept. (${pages} times)`,
    ]);
  },
);

test("pages of which most is not understood are refused, and with --accept-change taken as far as they are", async () => {
  const env = await otherwise((html) =>
    html.replaceAll("tgme_widget_message_text js-message_text", "tgme_widget_message_words"),
  );
  const refused = await backscroll(["archive", "vse_vidy"], { env });
  expect(refused.code).toBe(5);
  expect(refused.said).toContain("The page layout changed");
  expect(refused.said).toContain("--accept-change");
  expect((await backscroll(["channels", "--json"], { env })).out).toBe("");

  const accepted = await backscroll(["archive", "vse_vidy", "--accept-change"], { env });
  expect(accepted.code).toBe(0);
  const { out } = await backscroll(["channels", "--json"], { env });
  expect(JSON.parse(out)).toMatchObject({ name: "vse_vidy", posts: truth.posts.length });
});
