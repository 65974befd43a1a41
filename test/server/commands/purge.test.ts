import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeTruth } from "../../../demo/make-truth.ts";
import { startStandIn } from "../../../demo/stand-in.ts";
import { filesWith } from "../../canary.ts";
import { backscroll, emptyFolder } from "../../help.ts";

const program = join(import.meta.dirname, "..", "..", "..", "server", "main.ts");

/** A server over this folder, as a person starts one; answers its address. */
async function served(data: string): Promise<string> {
  const child = spawn(process.execPath, [program, "serve", "--port", "0", "--data", data]);
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  let said = "";
  for await (const text of child.stderr.setEncoding("utf8") as AsyncIterable<string>) {
    said += text;
    const [url] = /http:\/\/\S+/.exec(said) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(said);
}

const wordsOf = (text: string): string => text.split("\n")[0]!.slice(0, 40);

test(
  "a purge beside a running server leaves nothing in any file, and the server knows at once",
  { timeout: 120_000 },
  async () => {
    const truth = makeTruth({ posts: 60, seed: 8 });
    const { name } = truth.profile;
    const standIn = await startStandIn({ channels: [truth] });
    onTestFinished(async () => standIn.close());
    const data = emptyFolder();
    const archive = ["archive", name, "--source", standIn.origin, "--data", data];
    expect(await backscroll(archive)).toMatchObject({ code: 0 });
    // Its words stand in no other post: what is found of them is its own.
    const post = truth.posts.findLast(
      ({ text }) =>
        wordsOf(text).length === 40 &&
        JSON.stringify(truth.posts).split(JSON.stringify(wordsOf(text)).slice(1, -1)).length === 2,
    )!;
    const words = wordsOf(post.text);
    const url = await served(data);
    const address = `${url}/api/v1/channels/${name}/posts/${post.id}`;
    expect((await asked(address)).status).toBe(200);
    expect((await asked(`${url}/?q=id:${post.id}`)).status).toBe(200);
    expect(filesWith(data, words)).not.toEqual([]);

    const unasked = await backscroll(["purge", `${name}/${post.id}`, "--data", data]);
    expect(unasked).toMatchObject({ code: 2, out: "" });
    expect(unasked.said).toContain("--yes");
    const link = `https://t.me/${name}/${post.id}`;
    const { code, said } = await backscroll(["purge", link, "--yes", "--data", data]);
    expect(said).toContain("Purged: 1 posts");
    expect(said).toContain("Backups are not touched");
    expect(code).toBe(0);

    expect(filesWith(data, words)).toEqual([]);
    const answer = await asked(address);
    expect(answer.status).toBe(410);
    expect(await answer.json()).toMatchObject({ type: "urn:backscroll:problem:purged" });
    const shown = await asked(`${url}/c/${name}/${post.id}`, { headers: { accept: "text/html" } });
    expect(shown.status).toBe(410);
    const found = await asked(`${url}/api/v1/search?q=id:${post.id}`);
    expect(await found.json()).toMatchObject({ total: 0 });

    expect(await backscroll([...archive, "--full"])).toMatchObject({ code: 0 });
    expect((await asked(address)).status).toBe(410);
    expect(filesWith(data, words)).toEqual([]);
    expect(await backscroll(["verify", "--data", data])).toMatchObject({ code: 0, out: "" });

    expect(await backscroll(["purge", name, "--yes", "--data", data])).toMatchObject({ code: 0 });
    expect(filesWith(data, truth.profile.title)).toEqual([]);
    expect((await asked(`${url}/c/${name}`)).status).toBe(410);
    const again = await backscroll(archive);
    expect(again.said).toContain(`purge --lift ${name}`);
    expect(again.code).toBe(2);
  },
);

/** Asks on a connection of its own: one that was kept open may just be closing after a long purge. */
async function asked(url: string, { headers = {} }: { headers?: Record<string, string> } = {}) {
  return fetch(url, { headers: { ...headers, connection: "close" } });
}
