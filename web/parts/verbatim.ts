import { html, raw } from "hono/html";
import type { Html } from "./html.ts";

/** A block whose line breaks are the author's: nothing may stand between its tags but the text itself. */
export function verbatim(
  look: "text" | "diff",
  language: string | undefined,
  content: readonly (Html | string | false | undefined)[],
): Html {
  const lang = language !== undefined && /^[a-z]{2,3}$/.test(language) ? ` lang="${language}"` : "";
  const [open, close] = [raw(`<div class="${look}" dir="auto"${lang}>`), raw("</div>")];
  return html`${open}${content}${close}`;
}
