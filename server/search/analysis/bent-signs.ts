/** The letters of an acronym that is written with a Russian or Ukrainian ending: `ЦИК` of «ЦИКу», `ОПЕК` of «ОПЕКом». */
export function acronymOf(written: string): string | undefined {
  return isCapital(written.charCodeAt(0)) && isCapital(written.charCodeAt(1))
    ? bentAcronym.exec(written)?.[1]
    : undefined;
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

/** Cyrillic ones, the only ones with endings to take off here. */
function isCapital(code: number): boolean {
  return code >= 0x400 && code <= 0x42f;
}

const bentAcronym =
  /^([А-ЯЁІЇЄ]{2,5})(?:а|у|е|и|і|ы|ой|ою|ом|ем|ам|ами|ах|ов|ей|ю|я|ями|ях|ям|ів|ові)$/;
const endings = new Set(
  "й я е ю х м го му ми ой ый ий ая яя ое ые ом ым им ую юю ых их ого его ому ему ыми ими ти мя тий та те ту ша ше шу а у і га".split(
    " ",
  ),
);
