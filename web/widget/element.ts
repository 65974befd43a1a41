import { type Widget, widgetIn } from "./widget.ts";

/**
 * `<backscroll-search>`: a search of an archive's channels in any page. Attributes: `server`, `channels`, `key`,
 * `mode` (dialog, inline, results, form), `theme`, `lang`, `shortcut`, `links` (here, telegram), `open` (same, new),
 * `limit`, `for` (the id of the page's own input, for results), `label`, `words`, `recent`.
 */
export class BackscrollSearch extends HTMLElement {
  /** Where the widget's own files came from, unless `server` says otherwise. */
  static home = "";

  #widget: Widget | undefined;

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    this.#widget = widgetIn(this, root, BackscrollSearch.home);
  }

  disconnectedCallback(): void {
    this.#widget?.end();
  }

  /** Opens the dialog, or goes to the box. */
  show(): void {
    this.#widget?.show();
  }
}
