import { server, text } from "./fields.ts";
import type { TargetKind } from "./kind.ts";
import { fitted } from "./told.ts";

/** A larger one becomes an attachment (docs.ntfy.sh/publish, “Limitations”). */
const mostBytes = 4_096;

/** As JSON to the server's root (docs.ntfy.sh/publish, “Publish as JSON”): no text of others is a header. */
export const ntfy: TargetKind = {
  fields: {
    server: { optional: true, otherwise: "https://ntfy.sh", check: server },
    // Whoever knows it can read along.
    topic: { secret: true, check: text(/^[\w-]{1,64}$/, "letters, digits, _ and -, 64 at most") },
    token: { secret: true, optional: true, check: text(/^[\x21-\x7e]{1,500}$/, "an access token") },
  },
  tell: async ({ fields, told }, { ask }) => {
    const message = fitted(told, {
      most: mostBytes,
      size: (text) => Buffer.byteLength(text),
      item: ({ head, url, text }) => [head, text, url].filter(Boolean).join("\n"),
    });
    const [first] = told.items;
    const click = told.items.length === 1 && first?.url !== undefined && { click: first.url };
    const { token } = fields;
    return ask({
      url: `${fields["server"]}/`,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      body: JSON.stringify({ topic: fields["topic"], title: told.title, message, ...click }),
      explains: true,
    });
  },
};
