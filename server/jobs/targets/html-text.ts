const entities = new Map<string, string>([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
]);

/** Text as HTML that shows it, also within an attribute. */
export const htmlText = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (sign) => entities.get(sign) ?? sign);
