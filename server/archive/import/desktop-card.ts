import { z } from "zod";
import type { Entity } from "../../../scraper/post.ts";
import { webAddress } from "../../../scraper/web-address.ts";
import { maybe, told } from "./told.ts";

const invoice = z.object({
  title: maybe(told),
  description: maybe(told),
  amount: maybe(z.int().min(0)),
  currency: maybe(z.string().regex(/^[A-Z]{3}$/u)),
});

/** What a message of an export tells of a game, or of something for sale. */
export const cardParts = {
  game_title: maybe(told),
  game_description: maybe(told),
  game_link: maybe(told),
  // Telegram Desktop writes this object as the text of its JSON.
  invoice_information: maybe(z.preprocess(parsedText, invoice)),
};

function parsedText(given: unknown): unknown {
  if (typeof given !== "string") return given;
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}

/** The words of a card as the preview has them in a post's text, with their link; `offset` is where they begin. */
export function cardOf(
  message: z.infer<z.ZodObject<typeof cardParts>>,
  offset: number,
): { readonly text: string; readonly entities: readonly Entity[] } {
  const { game_title: game, game_description: about, game_link: link } = message;
  const sold = message.invoice_information;
  const lines = [game, about, sold?.title, sold?.description, sold && priceOf(sold)];
  const text = lines.filter((line) => line != null && line !== "").join("\n");
  const url = webAddress(link ?? "");
  const isLinked = game != null && game !== "" && url !== undefined;
  return {
    text,
    entities: isLinked ? [{ type: "link", offset, length: game.length, url }] : [],
  };
}

/** `$10.00 INVOICE`, as the preview says it. The amount comes in the currency's smallest unit. */
function priceOf({ amount, currency }: z.infer<typeof invoice>): string | undefined {
  if (amount == null || currency == null) return undefined;
  if (currency === telegramStars) return `${amount} ${currency} INVOICE`;
  const money = new Intl.NumberFormat("en-US", { style: "currency", currency });
  const { maximumFractionDigits: digits = 2 } = money.resolvedOptions();
  return `${money.format(amount / 10 ** digits).replaceAll("\u00A0", " ")} INVOICE`;
}
const telegramStars = "XTR";
