import { stemmer as snowball } from "@orama/stemmers/russian";
import { foldYo } from "./fold.ts";
import type { Russian } from "./russian.ts";

/**
 * Keys of a Cyrillic word no dictionary has. They live in name spaces of their own, so that a guess never meets a
 * known word: `нейро~сеть` (a known beginning and a known word), `~промпт` (light stem), `~~промпт` (the stem its
 * ending suggests).
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
  keys.add(`~${snowball(plain)}`);
  for (const stem of russian.learnedStems(plain, 1)) keys.add(`~~${stem}`);
  return [...keys];
}

const shortestRest = 4;

/** Beginnings that make new words of known ones and hardly ever begin a word by chance. */
const prefixes = (
  "авиа авто аква анти архи астро аудио аэро био вело веб видео гео гига гипер евро зоо инстра интер инфо инфра " +
  "квази кибер кино контр космо крипто макро макси медиа мега мета метео микро мини моно мото мульти нано нарко " +
  "нейро нео онлайн оффлайн офлайн пост псевдо радио ретро сверх спец супер теле техно транс турбо ультра фото " +
  "экзо эко экс экстра электро энерго этно"
).split(" ");
