/** The first UTF-16 units of a text, without half of a sign that needs two (an emoji). */
export const wholeSigns = (text: string, units: number): string =>
  text.slice(0, units).replace(/[\uD800-\uDBFF]$/, "");
