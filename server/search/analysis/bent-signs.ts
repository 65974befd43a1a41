/** The letters of a word written in capitals, or in capitals with a small ending: `ЦИК` of «ЦИКу», `API` of `APIs`. */
export function acronymOf(written: string): string | undefined {
  if (!isCapital(written.charCodeAt(0)) || !isCapital(written.charCodeAt(1))) return undefined;
  const found = acronym.exec(written);
  return found?.[1] ?? found?.[2];
}

/** What a number with an ending is a form of: `16+й` of «16-й», «16-го», «16ю». */
export function ordinalKey(number: string, ending: string): string | undefined {
  return /^\d+$/.test(number) && isOrdinalEnding(ending) ? `${number}+й` : undefined;
}

/** The same for one written without a hyphen. */
export function ordinalOf(word: string): string | undefined {
  const [, number, ending] = /^(\d+)([а-яіїє]{1,3})$/.exec(word) ?? [];
  return number === undefined ? undefined : ordinalKey(number, ending!);
}

export function isOrdinalEnding(ending: string): boolean {
  return endings.has(ending);
}

function isCapital(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x400 && code <= 0x42f) || code === 0x490;
}

const acronym =
  /^(?:([A-Z]{2,5})(?:['’ʼ]?s|['’ʼ])?|([А-ЯЁІЇЄҐ]{2,5})(?:а|у|е|и|і|ы|ой|ою|ом|ем|ам|ами|ах|ов|ей|ю|я|ями|ях|ям|ів|ові)?)$/;
const endings = new Set(
  "й я е ю х м го му ми ой ый ий ая яя ое ые ом ым им ую юю ых их ого его ому ему ыми ими ти мя тий та те ту ша ше шу а у і га".split(
    " ",
  ),
);
