import { stemmer as snowball } from "@orama/stemmers/russian";

/**
 * Keys of a Russian word as a form of a verb that no dictionary has: `релоцирова!` (of «релоцировать», apart from
 * `релоцировася!`), `чекну!`, or the stem of a verb in -ить without its alternation (`пофикс` of «пофикшу»,
 * `задонат` of «задоначенный»). `only` where the ending leaves no doubt. Words come folded, `ё` as `е`.
 */
export function verbKeys(word: string): {
  readonly keys: readonly string[];
  readonly only: boolean;
} {
  const active = word.replace(reflexive, "");
  const mark = active === word ? "!" : "ся!";
  const nu = momentary.exec(active)?.[1];
  if (nu !== undefined) {
    return { keys: [`~${nu}ну${mark}`], only: mark !== "!" || surelyMomentary.test(active) };
  }
  const root = ova.exec(active)?.[1];
  if (root !== undefined) {
    return { keys: [`~${root}ова${mark}`], only: root.endsWith("ир") || mark !== "!" };
  }
  const participle = ofIt.exec(active)?.[1];
  const stems = participle === undefined ? [] : [participle];
  const changed = softened.exec(active);
  if (changed !== null) {
    const root = changed[1]!;
    const sound = (changed[2] ?? changed[3] ?? changed[4])!;
    stems.push(...(sources.get(sound) ?? [sound[0]!]).map((source) => root + source));
  }
  return { keys: stems.map((found) => `~${snowball(`${found}ить`)}`), only: false };
}

const adjectival =
  "(?:ый|ий|ого|его|ому|ему|ым|им|ом|ем|ая|яя|ой|ей|ую|юю|ою|ею|ое|ее|ые|ие|ых|их|ыми|ими)";
/** The end of a verb's form with -ся; shorter words and those with other letters before it are nouns (`высь`). */
const reflexive = /(?<=.{3}(?:[аяиыуюеоьйвтлм]|[шщчж][а-я]{1,3}|[нтм]{1,2}[а-я]{1,3}))с[ья]$/;

/**
 * -овать, -евать: «релоцировать», «релоцирует», «релоцировавший», «релоцируемый». The first person in -ую looks like an
 * adjective but for -ирую.
 */
const ova = new RegExp(
  "^(.+[бвгджзклмнпрстфхцчшщ])(?:" +
    `[ое]ва(?:ть|л[аои]?|в(?:ши)?|вш${adjectival}|нн${adjectival}|н[аоы]?)` +
    `|(?:(?<=ир)ую|у(?:ешь|ет|ем|ете|ют|й|йте|емте|я|ющ${adjectival}|ем${adjectival}|ем[аоы])))$`,
);

/** -нуть: «чекнуть», «чекну», «чекнем», «чекни», «чекнувший». */
const momentary = new RegExp(
  `^(.{2,})н(?:уть|ул[аои]?|ув(?:ши)?|увш${adjectival}|ут${adjectival}|ут[аоы]?|у|ешь|ет|ем|ете|емте|и|ите|ьте)$`,
);
const surelyMomentary = /н(?:уть|ул[аои]?|ув(?:ши)?|увш[а-я]+|ешь|емте|ьте)$/;

/** Participles and gerunds of -ить: «пофиксивший», «донатящий», «пофикшенный». */
const ofIt = new RegExp(
  `^(.{3,})(?:ивши|ивш${adjectival}|[яа]щ${adjectival}|им${adjectival}|енн${adjectival})$`,
);
/** The first person and the passive participle of -ить, which change the root's last sound. */
const softened = new RegExp(
  `^(.{2,})(?:([жчшщ])у|([бпвмф]л)ю|(жд|[жчшщ]|[бпвмф]л)ен(?:н${adjectival}|[аоы])?)$`,
);
/** The sounds that soften to this one. */
const sources = new Map([
  ["ж", ["д", "з"]],
  ["жд", ["д"]],
  ["ч", ["т"]],
  ["ш", ["с"]],
  ["щ", ["ст", "т"]],
]);
