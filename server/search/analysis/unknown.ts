import { stemmer as snowball } from "@orama/stemmers/russian";
import { stemmer as ukrainianStem } from "@orama/stemmers/ukrainian";
import { foldYo } from "./fold.ts";
import type { Russian } from "./russian.ts";
import { verbKeys } from "./unknown-verbs.ts";

/**
 * Keys of a Cyrillic word that the Russian dictionary lacks. Guesses live in name spaces of their own, so that
 * they never meet a known word: `нейро~сеть` (a known beginning and a known word), `~промпт` (light stem),
 * `~~промпт` (the stem its ending suggests). Only a form that a known lexeme lacks (`туннелирований`) joins it.
 */
export function unknownRussian(word: string, russian: Russian): readonly string[] {
  const plain = foldYo(word);
  const keys = new Set<string>();
  for (const prefix of prefixes) {
    if (!plain.startsWith(prefix) || plain.length - prefix.length < shortestRest) continue;
    for (const { key } of russian.readings(word.slice(prefix.length)).slice(0, 2)) {
      keys.add(`${prefix}~${key}`);
    }
  }
  const verb = verbKeys(plain);
  for (const key of verb.keys) keys.add(key);
  if (verb.only) return [...keys];
  const quality = inOst.exec(plain);
  if (quality !== null) keys.add(`~${quality[1]!}ость`);
  if (quality === null || quality[2] === "и") keys.add(`~${snowball(plain)}`);
  const noun = inYot.exec(plain)?.[1];
  if (noun !== undefined) keys.add(`~${noun}й`);
  else if (seemsBent.test(plain)) keys.add(`~${plain}`);
  const guesses = russian.guesses(plain).slice(0, mostGuesses);
  for (const { stem } of guesses) keys.add(`~~${stem}`);
  const lexeme = guesses.find(({ key }) => russian.has(key));
  if (lexeme !== undefined) keys.add(lexeme.key);
  return [...keys];
}

/** The key of a Ukrainian word without a dictionary's help; the light stems of both languages share a name space. */
export function unknownUkrainian(word: string): string {
  // The stemmer remembers the word before (a global RegExp's lastIndex); a word without its pattern clears that.
  ukrainianStem("аа");
  const stem = ukrainianStem(word.replace(personEnding, ""))
    .replace(/ець$|ец$/, "ц")
    .replace(/(?<=...)[іїєйьо']+$/, "")
    .replace(/(?<=[бпвмф])л$/, "")
    .replace(/(.)\1$/, "$1")
    .replace(/і(?=[^аеєиіїоуюя]+$)/, "о");
  return `~${stem}`;
}

/** Endings of verbs that the stemmer leaves. */
const personEnding = /(?:єш|ємо|єте|имо|иш|ите|емо|еш)$/;

const shortestRest = 4;
const mostGuesses = 2;

/** Plurals of new words that look like surnames: «лайков». */
export const seemsPlural = /(?:[аоея]м|[оеё]в|[ая]х)$/;

/** Dictionary forms that look like a bent one: `телеграм`, beside «телеграма». */
const seemsBent = /(?:[аоеияы]м|[оеё]в|[аияы]х|ен)$/;

/** Nouns in -ость, whose stem is not their adjective's; `репости` may be a verb. */
const inOst = /^(.{2,})ост(ь|и|ью|ей|ям|ями|ях)$/;

/** Nouns in -й: «деплой», «деплоя», «геймплеями»; -ая, -ую, -ое, -ие end adjectives. */
const inYot =
  /^(.{2,}(?:[аеоуэяю](?=й$)|[еоэуюя](?=я$|ю$)|[аеоуэюя](?=ем$|ев$|ям$|ями$|ях$|и$)|а(?=ю$|е$)|[эую](?=е$)))(?:й|я|ю|ем|е|и|ев|ям|ями|ях)$/;

/** Beginnings that make new words of known ones and hardly ever begin a word by chance. */
const prefixes = (
  "авиа авто аква анти архи астро аудио аэро био вело веб видео гео гига гипер евро зоо интер инфо инфра " +
  "квази кибер кино контр космо крипто макро макси медиа мега мета метео микро мини моно мото мульти нано нарко " +
  "нейро нео онлайн оффлайн офлайн пост псевдо радио ретро сверх спец супер теле техно транс турбо ультра фото " +
  "экзо эко экс экстра электро энерго этно"
).split(" ");
