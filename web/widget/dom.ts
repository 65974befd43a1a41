/** An element with attributes and children; text is text. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
  ...children: (string | Node)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const paths = {
  search: "M11.25 6.75a4.5 4.5 0 1 1-9 0a4.5 4.5 0 0 1 9 0M10.2 10.2l4.3 4.3",
  close: "m3.5 3.5 9 9m0-9-9 9",
  note: "M8 1.9 14.7 13.75H1.3zM8 6v4M8 11.3v1",
};
const svg = "http://www.w3.org/2000/svg";

export function icon(name: keyof typeof paths): SVGElement {
  const drawing = document.createElementNS(svg, "svg");
  drawing.setAttribute("viewBox", "0 0 16 16");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg, "path");
  path.setAttribute("d", paths[name]);
  drawing.append(path);
  return drawing;
}
