import type { ChangesShown } from "../../../web/pages/changes-page.ts";
import { wordDiff } from "../../../web/parts/word-diff.ts";
import type { PostChange } from "../../archive/posts/read-changes.ts";
import { atomHead, escaped, firstWords } from "../../export/atom.ts";
import { changesAddress } from "./changes-asked.ts";

/** Changes as an Atom feed (RFC 4287); each is an entry of its own that does not change any more. */
export function changesFeed(
  changes: readonly PostChange[],
  {
    url,
    asked,
    archiveId,
    createdAt,
  }: {
    readonly url: URL;
    readonly asked: Omit<ChangesShown, "page">;
    readonly archiveId: string;
    readonly createdAt: string;
  },
): string {
  const page = new URL(changesAddress("/changes", asked), url).href;
  const conditions = changesAddress("", asked).slice(1);
  const head = atomHead({
    id: `urn:backscroll:${archiveId}:changes:${conditions}`,
    title: titleOf(asked),
    updatedAt: changes[0]?.at ?? createdAt,
    isArchive: false,
    links: [
      { rel: "self", href: url.href, type: "application/atom+xml" },
      { rel: "alternate", href: page, type: "text/html" },
    ],
  });
  const entries = changes.map((change) => entry(change, { url, archiveId }));
  return `${head}${entries.join("")}</feed>\n`;
}

function titleOf({ channel, kind }: Omit<ChangesShown, "page">): string {
  const where = channel ? ` in ${channel.map((name) => `@${name}`).join(", ")}` : "";
  return `Backscroll: what changed${where}${kind ? `, ${kind.join(" or ")}` : ""}`;
}

function entry(
  change: PostChange,
  { url, archiveId }: { readonly url: URL; readonly archiveId: string },
): string {
  const { kind, at, channel, id, version } = change;
  const address = `/c/${encodeURIComponent(channel)}/${id}?v=${version}#versions`;
  const says = firstWords((change.after ?? change.before)?.text ?? "") || `${channel}/${id}`;
  return `<entry>
<id>urn:backscroll:${archiveId}:change:${encodeURIComponent(channel)}:${id}:${kind}:${version}:${at}</id>
<title>${escaped(`[${kind}] ${says}`)}</title>
<published>${at}</published>
<updated>${at}</updated>
<author><name>${escaped(`@${channel}`)}</name></author>
<link rel="alternate" type="text/html" href="${escaped(new URL(address, url).href)}"/>
<category term="${kind}"/>
<category term="${escaped(channel)}"/>
<content type="html">${escaped(told(change))}</content>
</entry>
`;
}

/** What happened as HTML: the words taken out and put in, or what the post said. */
function told({ kind, lastSeenAt, checks, deletedAt, before, after }: PostChange): string {
  if (kind === "edited") {
    const parts = wordDiff(before?.text ?? "", after?.text ?? "");
    const tags = { gone: "del", added: "ins", same: "span" } as const;
    const drawn = parts.map(
      (part) => `<${tags[part.kind]}>${lines(part.text)}</${tags[part.kind]}>`,
    );
    return `<p>Edited after ${lastSeenAt}.</p><p>${drawn.join("")}</p>`;
  }
  const evidence =
    kind === "deleted"
      ? `Last seen ${lastSeenAt}, absent in ${checks} checks.`
      : `Deleted since ${deletedAt}, seen again.`;
  return `<p>${evidence}</p><p>${lines((after ?? before)?.text ?? "")}</p>`;
}

const lines = (text: string): string => escaped(text).replaceAll("\n", "<br>");
