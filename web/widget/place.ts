/** Makes the element that a script tag with data attributes asks for; without any, the page has its own elements. */
export function elementFor(tag: HTMLScriptElement): HTMLElement | undefined {
  const { target, ...options } = tag.dataset;
  if (Object.keys(tag.dataset).length === 0) return undefined;
  const element = document.createElement("backscroll-search");
  element.setAttribute("server", new URL(tag.src).origin);
  for (const [name, value] of Object.entries(options)) element.setAttribute(name, value!);
  const put = () => {
    const place = target ? document.querySelector(target) : tag.closest("head") && document.body;
    if (place) place.append(element);
    else tag.after(element);
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", put);
  else put();
  return element;
}
