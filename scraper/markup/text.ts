import { safeAddress } from "./address.ts";
import {
  type AnyNode,
  type Element,
  type Text,
  childNamed,
  classesOf,
  hasWords,
  innerText,
  isElement,
  isText,
  shortText,
  walk,
} from "./dom.ts";
import { customEmojiOf, emojiOf, isEmoji } from "./emoji.ts";
import type { Entity, EntityType } from "../post.ts";

/** Plain text with its marks; offsets and lengths in UTF-16 units. */
export interface RichText {
  readonly text: string;
  readonly entities: readonly Entity[];
  /** Tags met that this reader does not know; their text is kept. */
  readonly unknownTags: readonly string[];
}

/** Reads the text of one or several holders, which follow each other on lines of their own. */
export function readText(holders: readonly Element[], channel: string): RichText {
  const writer = new TextWriter(`https://t.me/s/${channel}`);
  for (const holder of holders) {
    writer.block();
    walk(
      holder,
      (node) => writer.enter(node),
      (element) => writer.leave(element),
    );
    writer.block();
  }
  return writer.done();
}

/** The plain words of a small part (a name, a label), on one line or with its line breaks. */
export function plainText(element: Element): string {
  let inner: AnyNode = element;
  while (isElement(inner)) {
    const only: AnyNode | undefined = inner.children[0];
    if (!only || only.next || (inner !== element && inner.name !== "span")) break;
    inner = only;
  }
  if (isText(inner) && !inner.data.includes("\n")) return clean(inner.data).trim();
  return readText([element], "").text;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

class TextWriter {
  readonly #base: string;
  readonly #pieces: string[] = [];
  readonly #entities: Writable<Entity>[] = [];
  /** The marks that are open here, the innermost last: never more than there are kinds. */
  readonly #open: { readonly element: Element; readonly entity: Writable<Entity> }[] = [];
  #unknownTags: Set<string> | undefined;
  #length = 0;
  #last = "";
  #spaceDue = false;
  #lineDue = false;
  #tabDue = false;

  constructor(base: string) {
    this.#base = base;
  }

  enter(node: AnyNode): boolean {
    if (isText(node)) {
      if (!isBetweenItems(node)) this.#words(node.data);
      return false;
    }
    if (!isElement(node)) return false;
    switch (node.name) {
      case "br":
        this.#lineBreak();
        return false;
      case "script":
      case "style":
        return false;
      case "svg":
        if (hasWords(innerText(node))) this.#unknown(node.name);
        return false;
      case "video":
      case "audio":
      case "canvas":
      case "iframe":
      case "object":
        // What is written inside is for browsers that cannot show it.
        this.#unknown(node.name);
        return false;
      case "img":
        if (node.attribs["alt"] === undefined) this.#unknown(node.name);
        else this.#append(clean(node.attribs["alt"]));
        return false;
      case "tg-emoji":
        this.#customEmoji(node);
        return false;
      case "td":
      case "th":
        this.#cell(node);
        return true;
      case "i":
        if (isEmoji(node)) {
          this.#append(clean(emojiOf(node)));
          return false;
        }
        break;
      case "div":
      case "p":
        this.block();
        return true;
      default:
    }
    const mark = this.#markOf(node);
    if (mark) this.#begin(node, mark);
    else if (!transparent.has(node.name) && !marks.has(node.name)) {
      this.#unknown(node.name);
      if (blocks.has(node.name)) this.block();
    }
    return true;
  }

  leave(element: Element): void {
    this.#end(element);
    if (blocks.has(element.name)) this.block();
  }

  /** What follows begins on a line of its own. */
  block(): void {
    if (this.#length > 0 && this.#last !== "\n") this.#lineDue = true;
    this.#spaceDue = false;
    this.#tabDue = false;
  }

  done(): RichText {
    const whole = this.#pieces.join("");
    const [start, end] = withoutBlankEnds(whole);
    const text = whole.slice(start, end);
    const entities: Entity[] = [];
    for (const entity of this.#entities) {
      const from = Math.max(entity.offset - start, 0);
      const to = Math.min(entity.offset + entity.length - start, text.length);
      if (to > from) entities.push({ ...entity, offset: from, length: to - from });
    }
    return { text, entities, unknownTags: [...(this.#unknownTags ?? [])] };
  }

  #words(data: string): void {
    const words = clean(data);
    if (this.#within("pre")) {
      this.#append(this.#last === "" || !this.#preBegan() ? words : words.replace(/^\r?\n/u, ""));
      return;
    }
    if (!words.includes("\n")) {
      this.#append(words);
      return;
    }
    // A line break of the markup itself is a space at most; Telegram's own are `<br/>`.
    words.split("\n").forEach((line, index, lines) => {
      const [start, end] = withoutBlankEnds(line);
      if (index > 0 || start === line.length) this.#spaceDue = true;
      this.#append(line.slice(index > 0 ? start : 0, index < lines.length - 1 ? end : undefined));
    });
  }

  #preBegan(): boolean {
    return this.#open.some(({ entity }) => entity.type === "pre" && entity.offset === this.#length);
  }

  #append(words: string): void {
    if (words === "") return;
    this.#settle();
    this.#put(words);
  }

  #lineBreak(): void {
    this.#spaceDue = false;
    this.#lineDue = false;
    this.#tabDue = false;
    this.#put("\n");
  }

  /** Writes the break or the space that was due, so that a mark begins after it. */
  #settle(): void {
    if (this.#lineDue) this.#put("\n");
    else if (this.#tabDue) this.#put("\t");
    else if (this.#spaceDue && this.#last !== "" && this.#last !== "\n" && this.#last !== " ")
      this.#put(" ");
    this.#lineDue = false;
    this.#spaceDue = false;
    this.#tabDue = false;
  }

  #put(words: string): void {
    this.#pieces.push(words);
    this.#length += words.length;
    this.#last = words.at(-1) ?? this.#last;
  }

  /** Cells of a row stand apart as a browser's selection has them. */
  #cell(cell: Element): void {
    this.#unknown(cell.name);
    let before = cell.prev;
    while (before && !isElement(before)) before = before.prev;
    this.#spaceDue = false;
    if (before && this.#last !== "\n" && !this.#lineDue) this.#tabDue = true;
  }

  #customEmoji(element: Element): void {
    const mark = this.#markOf(element);
    if (mark) this.#begin(element, mark);
    this.#append(clean(customEmojiOf(element)));
    this.#end(element);
  }

  #unknown(tag: string): void {
    (this.#unknownTags ??= new Set()).add(tag);
  }

  #end(element: Element): void {
    const innermost = this.#open.at(-1);
    if (innermost?.element !== element) return;
    innermost.entity.length = this.#length - innermost.entity.offset;
    this.#open.pop();
  }

  #begin(element: Element, mark: Omit<Entity, "offset" | "length">): void {
    // A mark inside its like says nothing new, and a hostile page nests thousands of them.
    if (this.#within(mark.type)) return;
    if (blocks.has(element.name)) this.block();
    this.#settle();
    const entity = { ...mark, offset: this.#length, length: 0 };
    this.#entities.push(entity);
    this.#open.push({ element, entity });
  }

  #within(type: EntityType): boolean {
    return this.#open.some(({ entity }) => entity.type === type);
  }

  #markOf(element: Element): Omit<Entity, "offset" | "length"> | undefined {
    if (element.name === "a")
      return links.some((type) => this.#within(type)) ? undefined : this.#linkOf(element);
    if (element.name === "tg-emoji") {
      const emojiId = element.attribs["emoji-id"];
      return emojiId === undefined ? undefined : { type: "custom_emoji", emojiId: clean(emojiId) };
    }
    if (element.name === "code" && this.#within("pre")) return undefined;
    if (element.name === "pre") {
      const language = languageOf(element);
      return { type: "pre", ...(language !== undefined && { language }) };
    }
    const type = marks.get(element.name);
    return type && { type };
  }

  #linkOf(link: Element): Omit<Entity, "offset" | "length"> | undefined {
    const given = link.attribs["href"];
    if (given === undefined) return undefined;
    const named = link.attribs["onclick"] !== undefined;
    // Since 2024 Telegram escapes the address of a named link twice.
    const href = named ? given.replaceAll("&amp;", "&") : given;
    const tag = named ? undefined : tagOf(link, href);
    if (tag) {
      const url = safeAddress(`?q=${tag.query}`, this.#base);
      return url === undefined ? undefined : { type: tag.type, url };
    }
    const url = safeAddress(href, this.#base);
    if (url === undefined) return undefined;
    const mention = !named && profile.test(url) && firstWords(link).startsWith("@");
    return { type: mention ? "mention" : "link", url };
  }
}

/**
 * The search a tag leads to, as its address has it: `?q=%23tag`. A browser that saves a page makes it whole, with whatever the
 * page was called then; so there the words must be the tag.
 */
function tagOf(
  link: Element,
  href: string,
): { readonly type: EntityType; readonly query: string } | undefined {
  const query = /^[^#]*[?&]q=((?:%23|%24|\$|#)[^&#]*)/iu.exec(href)?.[1];
  if (query === undefined) return undefined;
  if (!href.startsWith("?q=") && shortText(link)?.trim() !== decoded(query)) return undefined;
  return { type: /^(?:%23|#)/u.test(query) ? "hashtag" : "cashtag", query };
}

function decoded(query: string): string | undefined {
  try {
    return decodeURIComponent(query.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/** A code block's language: `<pre><code class="language-python">`, or on `<pre>` itself. */
function languageOf(pre: Element): string | undefined {
  const code = childNamed(pre, "code");
  for (const element of code ? [pre, code] : [pre])
    for (const name of classesOf(element))
      if (name.startsWith("language-")) return name.slice("language-".length);
  return pre.attribs["data-language"];
}

/** Control characters go: what is left is text that any store can hold. */
function clean(words: string): string {
  return controls.test(words) ? words.replaceAll(allControls, "") : words;
}

/** Where a text begins and ends but for ASCII blanks; a no-break space is a sign like any other. */
function withoutBlankEnds(text: string): [start: number, end: number] {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return [start, end];
}

/** Blanks of the markup between the rows of a table and the items of a list, which nobody sees. */
function isBetweenItems({ data, parent }: Text): boolean {
  return parent !== null && isElement(parent) && itemHolders.has(parent.name) && data.trim() === "";
}

/** The words of the first text in an element; looks at its first nodes only. */
function firstWords(element: Element): string {
  let node: AnyNode | undefined = element;
  for (let depth = 0; node && depth < 8; depth += 1) {
    if (isText(node)) return node.data;
    node = isElement(node) ? node.children[0] : undefined;
  }
  return "";
}

const links: readonly EntityType[] = ["link", "mention", "hashtag", "cashtag"];
const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/u;
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const allControls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/gu;
const profile = /^https?:\/\/[^/]+\/\w+$/u;
/** What a browser sets on lines of its own, by the HTML standard's own style sheet. */
const blocks = new Set(
  "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol optgroup option p plaintext pre search section summary caption table tbody tfoot thead tr ul xmp".split(
    " ",
  ),
);
const itemHolders = new Set(["dl", "menu", "ol", "table", "tbody", "tfoot", "thead", "tr", "ul"]);
/** Tags that carry no mark of their own; `mark` is what a search page lights up. */
const transparent = new Set(["span", "mark", "a", "tg-emoji", "code", "pre", "font", "wbr"]);
const marks: ReadonlyMap<string, EntityType> = new Map([
  ["b", "bold"],
  ["strong", "bold"],
  ["i", "italic"],
  ["em", "italic"],
  ["u", "underline"],
  ["ins", "underline"],
  ["s", "strikethrough"],
  ["strike", "strikethrough"],
  ["del", "strikethrough"],
  ["code", "code"],
  ["tg-spoiler", "spoiler"],
  ["blockquote", "blockquote"],
]);
