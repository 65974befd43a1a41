import { postOfLink } from "./address.ts";
import { defined } from "../defined.ts";
import { type Element, classesOf, sourceOf, walk } from "./dom.ts";
import { Draft, keyOf } from "./draft.ts";
import { languageOf } from "../language.ts";
import type { Button, Instant, Post, PostKey } from "../post.ts";
import { serviceWords } from "./service.ts";
import { plainText, readText } from "./text.ts";

/** What one message's markup says; the page decides what to make of what is missing. */
export interface Message {
  /** From `data-post`; `undefined` when the message does not carry it. */
  readonly key?: PostKey;
  /** The key its permalink gives, for a message that lost its own. */
  readonly linkedKey?: PostKey;
  readonly publishedAt?: Instant;
  readonly hasTextHolder: boolean;
  /** Elements of the message's body that hold words and are no part we know. */
  readonly unknownHolders: readonly string[];
  /** Whether anything at all was read out of it: words, media, a poll, a service sentence … */
  readonly saysSomething: boolean;
  /** The channel's title, as the message names its owner. */
  owner(): string | undefined;
  /** The post as far as it was read; `key` and `publishedAt` complete it. */
  post(key: PostKey, publishedAt: Instant, missing?: readonly string[]): Post;
}

/** Reads one message in one walk; `html` is the page it stands on, `channel` the one asked for. */
export function readMessage(
  element: Element,
  page: { readonly html: string; readonly channel: string },
): Message {
  const key = keyOf(element.attribs["data-post"]);
  const draft = new Draft();
  walk(element, (node) => draft.read(node));
  const { text, entities, unknownTags } = readText(draft.holders, (key ?? page).channel);
  for (const tag of unknownTags) draft.unknown.add(`<${tag}>`);
  const service = serviceKind(element, draft, text);
  if (key && service === undefined && draft.views === undefined && serviceWords(text) !== undefined)
    draft.unknown.add("a service sentence without its mark");
  const body =
    text !== "" ||
    draft.media.length > 0 ||
    draft.poll !== undefined ||
    draft.preview !== undefined;
  const notShown =
    draft.notices.has("withheld") ||
    draft.notices.has("unknown") ||
    (draft.notices.has("browser") && draft.media.length === 0);
  const withheld = (notShown || draft.notices.has("service")) && !body;
  const saysSomething =
    body ||
    withheld ||
    draft.forward !== undefined ||
    draft.buttons.length > 0 ||
    service !== undefined;
  if (!saysSomething && draft.unknown.size === 0) draft.unknown.add("nothing to show");

  return defined({
    key,
    linkedKey: draft.linkedKey,
    publishedAt: draft.publishedAt,
    hasTextHolder: draft.hasTextHolder,
    unknownHolders: [...draft.unknownHolders],
    saysSomething,
    owner: () => draft.owner && (plainText(draft.owner) || undefined),
    post(given: PostKey, publishedAt: Instant, missing: readonly string[] = []): Post {
      const ids = [...new Set([given.id, ...draft.albumIds])].toSorted((a, b) => a - b);
      const id = ids[0] ?? given.id;
      const strange = [...missing, ...draft.unknown];
      return defined({
        channel: given.channel,
        id,
        ids,
        url: `https://t.me/${given.channel}/${id}`,
        publishedAt,
        edited: draft.edited,
        author: draft.author ?? draft.sender,
        text,
        textState: withheld
          ? ("withheld" as const)
          : text === ""
            ? ("empty" as const)
            : ("present" as const),
        entities,
        media: draft.media,
        mediaWithheld: draft.mediaWithheld || (notShown && body) || undefined,
        preview: draft.preview,
        viaBot: draft.viaBot,
        forward: draft.forward,
        reply: draft.reply,
        poll: draft.poll && defined({ voters: draft.voters, ...draft.poll }),
        reactions: draft.reactions,
        buttons: draft.buttons
          .filter((button) => button.text !== "")
          .map((button) => ownLinkless(button, given)),
        views: draft.views,
        service,
        language: service === undefined ? languageOf(text) : undefined,
        notUnderstood: strange.length > 0 ? strange : undefined,
        rawHtml:
          strange.length > 0 ? sourceOf(element, page.html).slice(0, rawHtmlLimit) : undefined,
      });
    },
  });
}

/** A button that only leads back to its own post has no address of its own. */
function ownLinkless(button: Button, { channel, id }: PostKey): Button {
  const target = button.url === undefined ? undefined : postOfLink(button.url);
  return target?.channel === channel && target.id === id ? { text: button.text } : button;
}

function serviceKind(element: Element, draft: Draft, text: string): string | undefined {
  const names = classesOf(element);
  const marked = names.includes("service_message") || draft.notices.has("service");
  if (!marked && !draft.servicePhoto) return undefined;
  if (draft.servicePhoto || names.includes("service_message_photo")) return "photo";
  return serviceWords(text) ?? "other";
}

const rawHtmlLimit = 200_000;
