import { address } from "./fields.ts";
import type { TargetKind } from "./kind.ts";
import { fitted } from "./told.ts";

/** Of the text of a section (docs.slack.dev, “Text object”). */
const mostCharacters = 3_000;

/** An incoming webhook (docs.slack.dev, “Sending messages using incoming webhooks”). */
export const slack: TargetKind = {
  fields: { url: { secret: true, check: address } },
  tell: async ({ fields, told }, { ask }) => {
    const text = fitted(told, {
      most: mostCharacters,
      title: (title) => `*${escaped(title)}*`,
      item: ({ head, url, text }) => {
        const shown = url === undefined ? escaped(head) : `<${escaped(url)}|${escaped(head)}>`;
        return text === "" ? shown : `${shown}\n${escaped(text)}`;
      },
    });
    return ask({
      url: fields["url"] ?? "",
      body: JSON.stringify({
        text: escaped(told.title),
        // Verbatim: names of people and channels in plain text are not made into mentions.
        blocks: [{ type: "section", text: { type: "mrkdwn", text, verbatim: true } }],
        unfurl_links: false,
        unfurl_media: false,
      }),
      explains: true,
    });
  },
};

const entities = new Map<string, string>([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
]);

/** What Slack asks for and no more: with it no `<!channel>`, `<@U…>` or `<…|…>` of others is one. */
const escaped = (text: string): string =>
  text.replaceAll(/[&<>]/g, (sign) => entities.get(sign) ?? sign);
