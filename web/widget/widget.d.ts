/** `<backscroll-search>`: importing the module makes the element known to the page. */
export declare class BackscrollSearch extends HTMLElement {
  /** Where answers come from, unless the element's `server` attribute says otherwise. */
  static home: string;
  /** Opens the dialog, or goes to the box. */
  show(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "backscroll-search": BackscrollSearch;
  }
}
