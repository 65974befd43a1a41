import { html } from "hono/html";
import type { Problem } from "../../server/contract/problem.ts";
import type { SearchAnswer } from "../../server/contract/search.ts";
import type { Html } from "./html.ts";
import type { Words } from "../words/words.ts";

type Code = SearchAnswer["warnings"][number]["code"];
type Data = SearchAnswer["warnings"][number]["data"];

/** What is wrong with a query, or of it could not count, in the language of the page; else in English, marked so. */
export function faultSaid(
  { fault, detail }: { readonly fault?: Problem["fault"] | undefined; readonly detail: string },
  words: Words,
): Html {
  const own = words.lang === "ru" && fault ? russian[fault.code](fault.data) : undefined;
  return own === undefined ? html`<span lang="en">${detail}</span>` : html`${own}`;
}

/** A warning of an answer, likewise. */
export const warningSaid = (
  { code, data, message }: SearchAnswer["warnings"][number],
  words: Words,
): Html => faultSaid({ fault: { code, data }, detail: message }, words);

const cannot = ({ field, value }: Data, takes: string): string =>
  `${field}: не может быть «${value}». Нужно ${takes}.`;
const leftOut = ({ text }: Data, why: string): string => `«${text}» не учтено: ${why}.`;
const quoted = "чтобы искать само слово, возьмите его в кавычки";

const russian: Readonly<Record<Code, (data: Data) => string>> = {
  "query-too-long": ({ length, most }) => `В запросе знаков: ${length}, а можно не больше ${most}.`,
  "query-too-long-in-full": ({ length, most }) =>
    `В запросе, записанном полностью, знаков: ${length}, а можно не больше ${most}.`,
  "too-many-terms": ({ most }) =>
    `Слов и условий в запросе больше, чем можно: ${most}. Разделите его на несколько.`,
  "nested-too-deep": ({ most }) =>
    `Скобки здесь вложены глубже, чем можно: ${most}. Запишите запрос проще.`,
  "phrase-too-loose": ({ most }) =>
    `Между словами фразы можно допустить других слов не больше ${most}.`,
  "field-empty": ({ field }) => `После ${field}: нужно значение; ${quoted}.`,
  "sort-excluded": () => "sort: задаёт порядок, исключить его нельзя.",
  "one-value-only": ({ field, values }) => `У ${field}: одно значение: ${values}.`,
  "none-of": (data) => cannot(data, `одно из: ${data["values"]}`),
  "not-a-channel": (data) => cannot(data, "имя канала, например in:durov"),
  "not-a-mention": (data) => cannot(data, "@имя, например mentions:durov"),
  "not-an-author": (data) => cannot(data, 'имя, например author:durov или author:"Павел Дуров"'),
  "not-an-origin": (data) => cannot(data, "имя того, кто написал первым, например fwd:durov"),
  "not-a-host": (data) => cannot(data, "имя сайта, например link:example.org"),
  "not-a-tag": (data) => cannot(data, "хештег, например tag:новости"),
  "not-a-cashtag": (data) => cannot(data, "кэштег, например cashtag:btc"),
  "not-a-language": (data) => cannot(data, "язык из двух букв, например lang:ru"),
  "not-a-number": (data) => {
    const { field } = data;
    return cannot(data, `целое число: ${field}:100, ${field}:>=10k, ${field}:10..20`);
  },
  "no-number-in-it": ({ field, value }) =>
    `${field}:${value} пусто: в нём нет ни одного числа. Сначала пишется меньшее.`,
  "not-a-date": (data) => {
    const { field } = data;
    return cannot(
      data,
      `дата: ${field}:2024, ${field}:2024-05-06 или ${field}:2024-05-06T12:30:00+03:00`,
    );
  },
  "not-a-period": (data) => {
    const { field } = data;
    return cannot(data, `дата или промежуток: ${field}:2024-05-06 или ${field}:2024-05..2024-07`);
  },
  "not-an-age": (data) =>
    cannot(
      data,
      "возраст в часах, днях, неделях, месяцах или годах: age:<12h, age:<7d, age:>2w, age:1m..1y",
    ),
  "no-date-in-it": ({ field, value }) =>
    `${field}:${value} пусто: конец раньше начала. Сначала пишется более ранняя дата.`,

  "left-out-alone": (data) => leftOut(data, `по обе стороны что-то нужно; ${quoted}`),
  "left-out-last": (data) => leftOut(data, `после него ничего нет; ${quoted}`),
  "left-out-no-word": (data) => leftOut(data, "в нём нет слова, которое можно искать"),
  "left-out-not-opened": (data) => leftOut(data, "до него ничего не открыто"),
  "left-out-empty": (data) => leftOut(data, "внутри ничего нет"),
  "left-out-no-number": (data) => leftOut(data, 'после фразы нужно число, например "a b"~3'),
  "left-out-whole-tag": (data) => leftOut(data, "тег и упоминание находятся только целиком"),
  "left-out-exact": (data) => leftOut(data, "слово бывает либо точным, либо с опечатками"),
  "parenthesis-open": () => "Эта скобка не закрыта; считается, что она до конца.",
  "quote-open": () => "Эта кавычка не закрыта; считается, что она до конца.",
  "one-order": ({ sort }) => `Порядок бывает один; взят последний, sort:${sort}.`,
  "sort-parameter": ({ parameter, query }) =>
    `Действует параметр sort=${parameter}, а не sort:${query} из запроса.`,
  "no-such-field": ({ name }) => `Поля «${name}:» нет; это искалось как текст.`,
  "star-inside": () => "Звёздочка действует только в конце слова; здесь она взята как текст.",
  "and-is-a-word": () => "AND искалось как слово: пробел и так значит, что нужно и то и другое.",
  "typos-numbered": () => "После слова ~ пишется без числа; это взято как текст.",
  "histogram-too-long": ({ step, steps, most }) =>
    `Столбцов по histogram=${step} было бы ${steps}, а можно не больше ${most}. Возьмите шаг длиннее или промежуток короче.`,
  "channel-not-kept": ({ channel }) => `Канала @${channel} здесь нет.`,
  "posts-not-kept": ({ count }) =>
    `Посты этой страницы, которые есть в индексе, но уже не в архиве, не показаны: ${count}.`,
};
