import { address } from "./fields.ts";
import type { TargetKind } from "./kind.ts";
import { fitted } from "./told.ts";

/** Of `content` (docs.discord.com, “Execute Webhook”). */
const mostCharacters = 2_000;
/** `SUPPRESS_EMBEDS`: no previews of links. */
const withoutEmbeds = 4;

export const discord: TargetKind = {
  fields: { url: { secret: true, check: address } },
  tell: async ({ fields, told }, { ask }) =>
    ask({
      url: fields["url"] ?? "",
      body: JSON.stringify({
        content: fitted(told, {
          most: mostCharacters,
          title: (title) => `**${escaped(title)}**`,
          item: ({ head, url, text }) => {
            const shown = url === undefined ? escaped(head) : `[${escaped(head)}](<${url}>)`;
            return text === "" ? shown : `${shown}\n${escaped(text)}`;
          },
        }),
        // Nobody is told by name, whatever the text says.
        allowed_mentions: { parse: [] },
        flags: withoutEmbeds,
      }),
      explains: true,
    }),
};

/** Whatever Markdown or Discord's own signs (`<@1>`, `<t:0>`) would take for more than itself. */
const escaped = (text: string): string => text.replaceAll(/[\\*_~`|>#[\]()<@:-]/g, "\\$&");
