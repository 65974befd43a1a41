import { html } from "hono/html";
import type { Html } from "./html.ts";

/** A sentence; between backticks stands code. */
export const withCode = (says: string): Html =>
  html`${says.split("`").map((part, place) => (place % 2 === 1 ? html`<code>${part}</code>` : part))}`;
