/** A page as the list of pages tells it. */
export interface ShownPage {
  readonly id: string;
  readonly url: string;
  /** When it was read. */
  readonly ts: string;
  readonly title: string;
  readonly page: number;
  /** Of its body, hex. */
  readonly sha256: string;
  readonly status?: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly cutAt?: string;
  /** The ids that it spans. */
  readonly span?: { readonly from: number; readonly to: number };
  /** Which versions of which posts were first seen on it; without a version, that a post is gone. */
  readonly shows: readonly { readonly post: string; readonly version?: number }[];
}

interface Shown {
  readonly evidence: {
    readonly archive: string;
    readonly query?: string;
    readonly posts: number;
    readonly sha256: string;
    readonly head: { readonly entry: number; readonly at: string; readonly hash: string };
    readonly stamps: readonly {
      readonly path: string;
      readonly entry: number;
      readonly hash: string;
      readonly authority: string;
      readonly stampedAt: string;
    }[];
  };
  readonly about: { readonly software: string; readonly at: string };
  readonly pages: readonly ShownPage[];
  readonly posts: () => AsyncIterable<string | Uint8Array>;
}

interface LinePost {
  readonly channel: string;
  readonly id: number;
  readonly url: string;
  readonly publishedAt: string;
  readonly author?: string;
  readonly text: string;
  readonly hash: string;
  readonly versionSeenAt?: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly deleted?: { readonly firstAbsentAt: string; readonly confirmedAt: string };
  readonly media: readonly { readonly kind: string; readonly fileName?: string }[];
  readonly forward?: { readonly name: string };
  readonly earlier?: readonly {
    readonly version: number;
    readonly hash: string;
    readonly seenAt: string;
    readonly post: { readonly text: string };
  }[];
}

/** A page for people, which needs no network and no script: every post with its versions, and how to check the package. */
export async function* peoplesPage({
  evidence,
  about,
  pages,
  posts,
}: Shown): AsyncGenerator<string> {
  const { head, stamps } = evidence;
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Evidence of ${evidence.posts} posts</title>
<style>
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere }
article { border-top: 1px solid; margin-top: 1.5rem; padding-top: 1rem }
article p, del { white-space: pre-wrap }
dt { font-weight: 600 } dd { margin: 0 0 .5rem }
code, .hash { font: .85em/1.4 ui-monospace, monospace }
</style>
</head>
<body>
<h1>Evidence of ${evidence.posts} posts</h1>
<dl>
${item("Made", `${about.at} by ${about.software}`)}
${evidence.query === undefined ? "" : item("Found by the query", evidence.query === "" ? "(every post)" : evidence.query)}
${item("Archive", evidence.archive)}
${item("Hash of the set (SHA-256)", evidence.sha256)}
${item("Journal, newest entry", `${head.entry}, written ${head.at}`)}
${item("Hash of that entry (SHA-256)", head.hash)}
</dl>
${stamps.map((stamp) => `<p>Time stamp of ${text(stamp.authority)}: entry ${stamp.entry} of the journal was known at ${text(stamp.stampedAt)}. Check: <code>openssl ts -verify -digest ${text(stamp.hash)} -in ${text(stamp.path)} -CAfile …</code></p>`).join("\n")}
<h2>How to check it</h2>
<p>Unpack the file (it is a ZIP) into an empty folder and run there <code>node verify.mjs</code> or <code>python3 verify.py</code>. Either names what was
changed. Neither needs a network, or anything beside itself; take it from the program's own source if you do not trust the package. Whoever wants to see the pages
as they were: the file is a WACZ, which ReplayWeb.page and other readers of web archives open.</p>
<p>The journal proves that posts and pages are those that the archive kept, in this order, before its newest entry. A time stamp, or anybody who wrote that entry's hash down, proves
since when. Nothing here proves that Telegram served what was read.</p>
<h2>Posts</h2>
`;
  const seenOn = new Map<string, ShownPage[]>();
  for (const page of pages)
    for (const { post, version } of page.shows) {
      const key = `${post} ${version ?? "gone"}`;
      seenOn.set(key, [...(seenOn.get(key) ?? []), page]);
    }
  for await (const chunk of posts())
    for (const line of String(chunk).split("\n"))
      if (line !== "") yield article(JSON.parse(line) as LinePost, seenOn);
  yield "</body>\n</html>\n";
}

function article(post: LinePost, seenOn: ReadonlyMap<string, readonly ShownPage[]>): string {
  const name = `${post.channel}/${post.id}`;
  const on = (version: number | "gone"): string => {
    const pages = seenOn.get(`${name} ${version}`) ?? [];
    return pages.length === 0
      ? ""
      : ` (${pages.map(({ page, url, ts }) => `page ${page}: ${text(url)}, read ${text(ts)}`).join("; ")})`;
  };
  const { earlier = [], media, deleted } = post;
  const versions = earlier.map(
    (one) =>
      `<dt>Version ${one.version}, seen ${text(one.seenAt)}${on(one.version)}</dt><dd><del>${text(one.post.text)}</del><br><span class="hash">${text(one.hash)}</span></dd>`,
  );
  return `<article id="${text(name)}">
<h3>${text(name)}</h3>
<dl>
${item("Posted", `${post.publishedAt}${post.author === undefined ? "" : `, signed ${post.author}`}`)}
${item("Address then", post.url)}
${post.forward ? item("Forwarded from", post.forward.name) : ""}
${media.length > 0 ? item("Media (not in this package)", media.map(({ kind, fileName }) => `${kind}${fileName === undefined ? "" : ` ${fileName}`}`).join(", ")) : ""}
${deleted ? `<dt>Gone</dt><dd>first not there ${text(deleted.firstAbsentAt)}, confirmed ${text(deleted.confirmedAt)}${on("gone")}</dd>` : ""}
<dt>Version ${earlier.length + 1}, seen ${text(post.versionSeenAt ?? post.firstSeenAt)}${on(earlier.length + 1)}</dt><dd class="hash">${text(post.hash)}</dd>
</dl>
<p dir="auto">${text(post.text)}</p>
${versions.length > 0 ? `<dl>${versions.join("\n")}</dl>` : ""}
</article>
`;
}

const item = (name: string, value: string): string =>
  `<dt>${text(name)}</dt><dd>${text(value)}</dd>`;

/** Strangers' text is text. */
const text = (value: string): string =>
  value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
