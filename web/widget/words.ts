/** What the widget says; `{n}` stands for a number, an object holds the plural forms of the language. */
export interface Words {
  search: string;
  close: string;
  label: string;
  posts: Forms;
  shown: string;
  none: string;
  instead: string;
  searching: string;
  all: string;
  offline: readonly [string, string];
  unavailable: readonly [string, string];
  again: string;
  busy: readonly [string, string];
  refused: readonly [string, string];
  fault: string;
  recent: string;
  channels: string;
  deleted: string;
  keys: readonly [string, string, string];
  media: Readonly<Record<string, string>>;
}
type Forms = string | Readonly<Record<string, string>>;

const en: Words = {
  search: "Search",
  close: "Close",
  label: "Search the channels",
  posts: { one: "{n} post", other: "{n} posts" },
  shown: "The first {n} are shown",
  none: "No posts match.",
  instead: "Spelled another way:",
  searching: "Searching",
  all: "All {n} on the search page",
  offline: ["No connection", "You are offline. The search goes on when you are back."],
  unavailable: ["No answer", "The archive does not answer."],
  again: "Try again",
  busy: ["Wait {n} s", "Too many searches from here. It goes on by itself in {n} s."],
  refused: [
    "Not set up",
    "This page may not search here. Its owner can check the key and the origin.",
  ],
  fault: "This cannot be searched for",
  recent: "Recent searches",
  channels: "Channels",
  deleted: "deleted",
  keys: ["choose", "open", "close"],
  media: {},
};

const ru: Words = {
  search: "Поиск",
  close: "Закрыть",
  label: "Поиск по каналам",
  posts: { one: "{n} пост", few: "{n} поста", other: "{n} постов" },
  shown: "Показаны первые {n}",
  none: "Нет таких постов.",
  instead: "С другим написанием:",
  searching: "Идёт поиск",
  all: "Все {n} на странице поиска",
  offline: ["Нет связи", "Нет соединения. Поиск продолжится, когда оно появится."],
  unavailable: ["Нет ответа", "Архив не отвечает."],
  again: "Повторить",
  busy: ["Подождите {n} с", "Слишком много запросов. Поиск продолжится сам через {n} с."],
  refused: [
    "Не настроено",
    "Этой странице здесь искать нельзя. Её владелец может проверить ключ и адрес сайта.",
  ],
  fault: "Так искать нельзя",
  recent: "Недавние запросы",
  channels: "Каналы",
  deleted: "удалён",
  keys: ["выбрать", "открыть", "закрыть"],
  media: {
    photo: "фото",
    video: "видео",
    gif: "гиф",
    round: "кружок",
    voice: "голос",
    audio: "аудио",
    file: "файл",
    sticker: "стикер",
    location: "место",
    contact: "контакт",
  },
};

/** Words of a language, with what the page's owner says instead. @throws SyntaxError when that is no JSON */
export const wordsIn = (lang: string, own: string): Words => ({
  ...(/^ru/i.test(lang) ? ru : en),
  ...(JSON.parse(own) as Partial<Words>),
});

/** `words` with its number in it, in the form the number takes. */
export function counted(words: Forms, n: number, lang: string): string {
  const form =
    typeof words === "string"
      ? words
      : (words[new Intl.PluralRules(lang).select(n)] ?? words["other"] ?? "");
  return form.replace("{n}", n.toLocaleString(lang));
}
