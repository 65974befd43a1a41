import { server, text } from "./fields.ts";
import { htmlText } from "./html-text.ts";
import type { TargetKind } from "./kind.ts";
import { fitted } from "./told.ts";

/** An event may have 65,536 bytes (spec.matrix.org, “Size limits”); this is there twice, in up to 4 bytes a character. */
const mostCharacters = 6_000;

/** A message to a room, put under an id of ours: the same again is no second message. */
export const matrix: TargetKind = {
  fields: {
    server: { optional: true, otherwise: "https://matrix-client.matrix.org", check: server },
    room: { check: text(/^![^\s/?#]{1,250}$/, "a room's id, like !abc:example.org") },
    token: { secret: true, check: text(/^[\x21-\x7e]{1,1000}$/, "an access token") },
  },
  tell: async ({ fields, id, told }, { ask }) => {
    const room = encodeURIComponent(fields["room"] ?? "");
    return ask({
      method: "PUT",
      url: `${fields["server"]}/_matrix/client/v3/rooms/${room}/send/m.room.message/${encodeURIComponent(id)}`,
      headers: { authorization: `Bearer ${fields["token"]}` },
      body: JSON.stringify({
        msgtype: "m.text",
        body: fitted(told, {
          most: mostCharacters,
          title: (title) => title,
          item: ({ head, url, text }) => [head, url, text].filter(Boolean).join("\n"),
        }),
        format: "org.matrix.custom.html",
        formatted_body: fitted(told, {
          most: mostCharacters,
          title: (title) => `<p><strong>${htmlText(title)}</strong></p>`,
          item: ({ head, url, text }) => {
            const shown =
              url === undefined
                ? htmlText(head)
                : `<a href="${htmlText(url)}">${htmlText(head)}</a>`;
            return `<p>${shown}${text === "" ? "" : `<br>${htmlText(text)}`}</p>`;
          },
        }),
        // Says that nobody is mentioned: names in the text are not looked for.
        "m.mentions": {},
      }),
      explains: true,
    });
  },
};
