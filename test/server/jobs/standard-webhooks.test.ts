import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { describe, expect, onTestFinished, test } from "vitest";
import { Archive } from "../../../server/archive/archive.ts";
import { sendDue } from "../../../server/jobs/send-messages.ts";
import { emptyFolder } from "../../help.ts";
import { hardPosts } from "../export/hard-posts.ts";
import { receiver } from "./receiver.ts";

/** What arrives over HTTP at a receiver, from an archive of its own. */
async function sent(secret: string, body: object) {
  const archive = await Archive.open(join(emptyFolder(), "archive.db"));
  onTestFinished(async () => archive[Symbol.asyncDispose]());
  const there = await receiver();
  const { deliveries } = archive;
  await deliveries.add({ secret, event: "note.made", body, url: there.url });
  await sendDue({ deliveries, insideHosts: [there.host] });
  const [got] = there.received;
  if (!got) throw new Error("Nothing arrived.");
  return got;
}
const headersOf = ({ headers }: Awaited<ReturnType<typeof sent>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

const body = { matches: hardPosts.map(({ id, text }) => ({ id, text })) };

describe("a webhook is verified by the library of Standard Webhooks, whatever its texts hold:", () => {
  test.each([24, 32, 64])("with a secret of whsec_ and %i bytes", async (bytes) => {
    const secret = `whsec_${randomBytes(bytes).toString("base64")}`;
    const got = await sent(secret, body);
    const told = new Webhook(secret).verify(got.body, headersOf(got));
    expect(told).toMatchObject({ type: "note.made", data: body });
  });

  test("with a secret that is text", async () => {
    const secret = 'sixteen letters, signs: =/+ \\"';
    const got = await sent(secret, body);
    const library = new Webhook(secret, { format: "raw" });
    expect(library.verify(got.body, headersOf(got))).toMatchObject({ data: body });
  });

  test("and one that is another's, or changed on its way, is not", async () => {
    const [secret, other] = [randomBytes(32), randomBytes(32)].map(
      (key) => `whsec_${key.toString("base64")}`,
    );
    const got = await sent(secret ?? "", body);
    expect(() => new Webhook(other ?? "").verify(got.body, headersOf(got))).toThrow("No matching");
    expect(() => new Webhook(secret ?? "").verify(`${got.body} `, headersOf(got))).toThrow(
      "No matching",
    );
  });
});
