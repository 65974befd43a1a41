import { parseCount, parsePercent } from "./counts.ts";
import { defined } from "../defined.ts";
import type { Element } from "./dom.ts";
import { partsOf } from "./parts.ts";
import type { Poll } from "../post.ts";
import type { PartRead } from "./quotes.ts";
import { plainText } from "./text.ts";

/** A poll or quiz. While nobody voted, options show a mark to tick instead of a percentage. */
export function readPoll(element: Element): PartRead<Poll> {
  const parts = partsOf(
    element,
    ["tgme_widget_message_poll_question", "tgme_widget_message_poll_type", ...voterParts],
    { many: ["tgme_widget_message_poll_option"] },
  );
  const strange = [...parts.stray];
  const question = parts.text("tgme_widget_message_poll_question");
  const type = parts.text("tgme_widget_message_poll_type");
  const options = parts.all("tgme_widget_message_poll_option").map((option) => {
    const inner = partsOf(option, [
      "tgme_widget_message_poll_option_percent",
      "tgme_widget_message_poll_option_text",
    ]);
    const shown = inner.text("tgme_widget_message_poll_option_percent");
    const percent = parsePercent(shown ?? "");
    const text = inner.text("tgme_widget_message_poll_option_text");
    if (text === undefined || (shown !== undefined && percent === undefined))
      strange.push("poll option");
    strange.push(...inner.stray);
    return defined({ text: text ?? "", percent });
  });
  if (question === undefined || type === undefined || options.length === 0)
    strange.push("poll in part");
  const inside = voterParts.map((name) => parts.first(name)).find((part) => part !== undefined);
  const voters = inside && votersOf(inside);
  return {
    value: defined({ question: question ?? "", type: type ?? "", options, voters }),
    strange,
  };
}

/** How many voted: `1.2K`, `3 votes`, `No votes`; `undefined` when it is no number. */
export function votersOf(element: Element): number | undefined {
  const shown = plainText(element).replace(/\s*(?:votes?|voters?|answers?)$/iu, "");
  return /^no$/iu.test(shown) ? 0 : parseCount(shown);
}

const voterParts = ["tgme_widget_message_voters", "tgme_widget_message_poll_votes"] as const;
