import { BackscrollSearch } from "./element.ts";

/** Makes `<backscroll-search>` known to the page, once, with files and answers from `home`. */
export function define(home: string): void {
  BackscrollSearch.home ||= home;
  if (!customElements.get("backscroll-search"))
    customElements.define("backscroll-search", BackscrollSearch);
}
