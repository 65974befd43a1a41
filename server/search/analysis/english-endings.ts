/** What an ending of English says: third person or plural, past, -ing, comparative, superlative. */
export type Ending = "s" | "ed" | "ing" | "er" | "est";

/** Every base that would give this word with an ending put on, with that ending; whether there is such a base is not known here. */
export function basesOf(word: string): readonly (readonly [string, Ending])[] {
  const found: (readonly [string, Ending])[] = [];
  if (word.endsWith("ss")) return found;
  for (const [written, ending, ...ends] of endings) {
    if (!word.endsWith(written) || word.length < written.length + 2) continue;
    const rest = word.slice(0, -written.length);
    const bases = ends.map((end) => rest + end);
    if (/([^aeiou])\1$/.test(rest)) bases.push(rest.slice(0, -1));
    if (rest.endsWith("ck")) bases.push(rest.slice(0, -1));
    for (const base of bases)
      if (withEnding(base, ending).includes(word)) found.push([base, ending]);
  }
  return found;
}

/** How a base with this ending is spelled: one way as a rule, two where writers differ (`travelled`, `traveled`). */
function withEnding(base: string, ending: Ending): readonly string[] {
  if (ending === "s") return withS(base);
  if (ending === "ing" && base.endsWith("ie")) return [`${base.slice(0, -2)}ying`];
  if (/[^aeiou]y$/.test(base) && ending !== "ing") return [`${base.slice(0, -1)}i${ending}`];
  if (base.endsWith("c")) return [`${base}k${ending}`, base + ending];
  if (base.endsWith("e")) {
    if (ending !== "ing") return [base + ending.slice(1)];
    const mayKeep = [`${base.slice(0, -1)}ing`, `${base}ing`];
    return /[eoy]e$/.test(base) && !base.endsWith("eye") ? [`${base}ing`] : mayKeep;
  }
  if (!/[^aeiou](?:[aeiouy]|qu[aei])[^aeiouwxy]$/.test(` ${base}`)) return [base + ending];
  const doubled = base + base.at(-1) + ending;
  return syllables(base) === 1 && !base.endsWith("s") ? [doubled] : [doubled, base + ending];
}

function withS(base: string): readonly string[] {
  if (/[^aeiou]y$/.test(base)) return [`${base.slice(0, -1)}ies`];
  if (/(?:s|x|z|ch|sh)$/.test(base)) {
    const once = `${base}es`;
    if (/^(?:bus|gas|plus|quiz|whiz)$/.test(base)) return [once, `${base}${base.at(-1)}es`];
    return base.endsWith("ch") ? [once, `${base}s`] : [once];
  }
  return /[^aeiou]o$/.test(base) ? [`${base}es`, `${base}s`] : [`${base}s`];
}

const syllables = (word: string): number => word.match(/[aeiouy]+/g)?.length ?? 0;

const endings: readonly (readonly [string, Ending, ...string[]])[] = [
  ["s", "s", ""],
  ["es", "s", ""],
  ["ies", "s", "y"],
  ["ed", "ed", "", "e"],
  ["ied", "ed", "y"],
  ["ing", "ing", "", "e"],
  ["ying", "ing", "ie"],
  ["er", "er", "", "e"],
  ["ier", "er", "y"],
  ["est", "est", "", "e"],
  ["iest", "est", "y"],
];
