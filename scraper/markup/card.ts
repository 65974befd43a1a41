import { fileAddress } from "./address.ts";
import { defined } from "../defined.ts";
import { type Element, backgroundOf, classesOf, isElement, walk } from "./dom.ts";
import type { Media } from "../post.ts";
import { plainText } from "./text.ts";

/** The families of cards in Telegram's own style sheet: things for sale and games. Their words are the post's text. */
export const cardNames: readonly string[] = [
  "tgme_widget_message_invoice",
  "tgme_widget_message_game",
];

/** The picture of a card, with the price it names; `undefined` when it shows none. */
export function cardPicture(card: Element): Media | undefined {
  let picture: Element | undefined;
  let price: string | undefined;
  walk(card, (node) => {
    if (!isElement(node)) return false;
    const names = classesOf(node);
    if (names.some((name) => /_(?:image|photo)$/u.test(name))) picture ??= node;
    if (names.includes("tgme_widget_message_invoice_total")) price ??= plainText(node) || undefined;
    return true;
  });
  const address =
    picture &&
    (backgroundOf(picture) ?? (picture.name === "img" ? picture.attribs["src"] : undefined));
  return picture && defined({ kind: "photo" as const, url: fileAddress(address), price });
}
