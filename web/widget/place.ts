import { base } from "./base.ts";

/** Makes the element that a script tag with data attributes asks for; without any, the page has its own elements. */
export function elementFor(tag: HTMLScriptElement, server: string): HTMLElement | undefined {
  const { target, ...options } = tag.dataset;
  if (!Object.keys(tag.dataset)[0]) return undefined;
  const element = base.h("backscroll-search" as "b", { server, ...options });
  const put = () => {
    const place = target ? document.querySelector(target) : tag.closest("head") && document.body;
    if (place) place.append(element);
    else tag.after(element);
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", put);
  else put();
  return element;
}
