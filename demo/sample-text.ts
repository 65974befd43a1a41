import type { Entity } from "../scraper/post.ts";
import { TextWriter } from "./text-writer.ts";

/** Text of a sample post, written with light marks (`**bold**`, `> quote`, `[name](address)` …), and what they mean. */
export function sampleText(source: string): {
  readonly text: string;
  readonly entities: readonly Entity[];
} {
  const writer = new TextWriter();
  const stretches = source.trim().split(/^((?:> .*(?:\n|$))+|```\w*\n[\s\S]*?\n```$)/mu);
  for (const stretch of stretches) {
    if (stretch.startsWith("> ")) {
      const ends = stretch.endsWith("\n");
      const quoted = stretch.trimEnd().replaceAll(/^> /gmu, "");
      writer.within({ type: "blockquote" }, () => inline(writer, quoted));
      if (ends) writer.add("\n");
    } else if (stretch.startsWith("```")) {
      writer.mark("pre", stretch.replace(/^```\w*\n/u, "").replace(/\n```$/u, ""));
    } else {
      inline(writer, stretch);
    }
  }
  return { text: writer.text, entities: writer.entities };
}

function inline(writer: TextWriter, source: string): void {
  let from = 0;
  for (const found of source.matchAll(marks)) {
    const { code, bold, spoiler, strike, italic, name, address, url, tag, mention } =
      found.groups ?? {};
    writer.add(source.slice(from, found.index));
    from = found.index + found[0].length;
    if (code) writer.mark("code", code);
    else if (bold) writer.within({ type: "bold" }, () => inline(writer, bold));
    else if (spoiler) writer.within({ type: "spoiler" }, () => inline(writer, spoiler));
    else if (strike) writer.within({ type: "strikethrough" }, () => inline(writer, strike));
    else if (italic) writer.within({ type: "italic" }, () => inline(writer, italic));
    else if (name && address) writer.mark("link", name, { url: address });
    else if (url) writer.mark("link", url, { url });
    else if (tag) writer.mark("hashtag", tag);
    else if (mention) writer.mark("mention", mention);
  }
  writer.add(source.slice(from));
}

const marks = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "\\*\\*(?<bold>.+?)\\*\\*",
    "\\|\\|(?<spoiler>.+?)\\|\\|",
    "~~(?<strike>.+?)~~",
    "(?<![\\p{L}\\d_])_(?<italic>[^_\\n]+)_(?![\\p{L}\\d_])",
    "\\[(?<name>[^\\]]+)\\]\\((?<address>[^\\s)]+)\\)",
    "(?<url>https?://[^\\s)]*[^\\s).,;:!?»])",
    "(?<![\\p{L}\\d_&/])(?<tag>#(?=[\\d_]*\\p{L})[\\p{L}\\d_]+)",
    "(?<![\\w./])(?<mention>@[A-Za-z]\\w{3,31})",
  ].join("|"),
  "gu",
);
