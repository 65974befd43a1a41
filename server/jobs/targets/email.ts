import { mailboxes, mailServer, text } from "./fields.ts";
import type { TargetKind } from "./kind.ts";
import { fitted } from "./told.ts";

const mostCharacters = 100_000;
const mostReceivers = 20;

/** Plain text by a mail server of the user's. */
export const email: TargetKind = {
  fields: {
    server: { check: mailServer },
    user: { optional: true, check: text(/^[^\p{Cc}]{1,500}$/u, "a user's name") },
    password: { secret: true, optional: true, check: text(/^[^\p{Cc}]{1,500}$/u, "a password") },
    from: { check: mailboxes(1) },
    to: { check: mailboxes(mostReceivers) },
  },
  tell: async ({ fields, id, told }, { mail }) => {
    const { server = "", user, password = "", from = "", to = "" } = fields;
    const body = fitted(told, {
      most: mostCharacters,
      item: ({ head, url, text }) => [head, url, text].filter(Boolean).join("\n"),
    });
    return mail(
      { id, from: `Backscroll <${from}>`, to, subject: told.title, text: `${body}\n` },
      {
        url: new URL(`smtp://${server}`),
        ...(user !== undefined && { login: { user, pass: password } }),
      },
    );
  },
};
