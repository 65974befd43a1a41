import { server, text } from "./fields.ts";
import { htmlText } from "./html-text.ts";
import type { TargetKind } from "./kind.ts";
import { fitted } from "./told.ts";

/** “1-4096 characters after entities parsing” (core.telegram.org/bots/api, sendMessage). */
const mostCharacters = 4_096;

export const telegram: TargetKind = {
  fields: {
    token: {
      secret: true,
      check: text(/^\d{1,20}:[\w-]{10,100}$/, "a bot's token, like 123456:ABC-DEF…"),
    },
    chat: {
      check: text(/^(?:-?\d{1,20}|@\w{4,32})$/, "a chat's number, or @name of a channel"),
    },
    server: { optional: true, otherwise: "https://api.telegram.org", check: server },
  },
  tell: async ({ fields, told }, { ask }) =>
    ask({
      url: `${fields["server"]}/bot${fields["token"]}/sendMessage`,
      body: JSON.stringify({
        chat_id: fields["chat"],
        parse_mode: "HTML",
        link_preview_options: { is_disabled: true },
        text: fitted(told, {
          most: mostCharacters,
          title: (title) => `<b>${calm(title)}</b>`,
          item: ({ head, url, text }) => {
            const shown =
              url === undefined ? calm(head) : `<a href="${htmlText(url)}">${htmlText(head)}</a>`;
            return text === "" ? shown : `${shown}\n${calm(text)}`;
          },
        }),
      }),
      explains: true,
    }),
};

/** A word joiner after each @: Telegram would make a mention of a name, and tell who bears it. */
const calm = (text: string): string => htmlText(text.replaceAll("@", "@\u2060"));
