import type { Span } from "./span.ts";

/** What is wrong with a query, or of it could not count: a name that never changes, and what it speaks of. */
export interface Fault {
  readonly code: FaultCode;
  readonly data: FaultData;
}
export type FaultData = Readonly<Record<string, string>>;

/** Every fault of a query, in English. Other languages say the same by its code and data. */
const sentences = {
  "query-too-long": ({ length, most }) =>
    `This query has ${length} characters; the most is ${most}.`,
  "query-too-long-in-full": ({ length, most }) =>
    `Written out in full this query has ${length} characters; the most is ${most}.`,
  "too-many-terms": ({ most }) =>
    `This query has more than ${most} terms. Split it into several searches.`,
  "nested-too-deep": ({ most }) =>
    `Parentheses are nested more than ${most} deep here. Write the query with fewer.`,
  "nothing-left": () =>
    "Nothing of this query can be searched for, so every post would be meant. Write a word in it, or leave it empty if every post is.",
  "phrase-too-loose": ({ most }) => `A phrase lets at most ${most} other words in between.`,
  "near-range": ({ most }) =>
    `NEAR/n takes how many words may be between, 1 to ${most}, as in: cat NEAR/5 dog.`,
  "near-side": () =>
    "On either side of NEAR/n may stand a word, a phrase, or several of these with OR in parentheses; this is none of them.",
  "near-twice": () =>
    "NEAR/n takes two sides, not three. Write two of them: a NEAR/5 b b NEAR/5 c.",
  "was-takes-one": () =>
    'was: takes one word or phrase that an earlier version had, as was:word or was:"two words".',
  "pattern-too-short": () =>
    "With a * at its beginning or within it a word needs two letters or more. Type more of it.",
  "pattern-too-wide": ({ word, forms, most }) =>
    `“${word}” means ${forms} words; the most is ${most}. Type more of it.`,
  "field-empty": ({ field }) =>
    `${field}: needs a value here. To search for the word itself, put it in quotes.`,
  "sort-excluded": () => "sort: orders the answer; it cannot be excluded.",
  "fold-excluded": () => "fold: says how hits are shown; it cannot be excluded.",
  "one-value-only": ({ field, values }) => `${field}: takes one value: ${values}.`,
  "none-of": ({ field, value, values }) => `${field}: cannot be “${value}”. It takes ${values}.`,
  "not-a-channel": ({ field, value }) =>
    `${field}: cannot be “${value}”. It takes a channel's name, as in:durov.`,
  "not-a-post": ({ field, value }) =>
    `${field}: cannot be “${value}”. It takes a post as channel/id, as copies:durov/12.`,
  "not-a-mention": ({ field, value }) =>
    `${field}: cannot be “${value}”. It takes a @name, as mentions:durov.`,
  "not-an-author": ({ field, value }) =>
    `${field}: cannot be “${value}”. It takes a name, as author:durov or author:"Pavel Durov".`,
  "not-an-origin": ({ field, value }) =>
    `${field}: cannot be “${value}”. It takes the name of who wrote it first, as fwd:durov.`,
  "not-a-host": ({ field, value }) =>
    `${field}: cannot be “${value}”. It takes a host or an address, as link:example.org or link:example.org/page.`,
  "not-a-tag": ({ field, value }) =>
    `${field}: cannot be “${value}”. It takes a hashtag, as tag:news.`,
  "not-a-cashtag": ({ field, value }) =>
    `${field}: cannot be “${value}”. It takes a cashtag, as cashtag:btc.`,
  "not-a-language": ({ field, value }) =>
    `${field}: cannot be “${value}”. It takes a language of two letters, as lang:ru.`,
  "not-a-number": ({ field, value }) =>
    `${field}: cannot be “${value}”. It takes whole numbers: ${field}:100, ${field}:>=10k, ${field}:10..20.`,
  "no-number-in-it": ({ field, value }) =>
    `${field}:${value} is empty: no number is in it. Write the smaller end first.`,
  "not-a-date": ({ field, value }) =>
    `${field}: cannot be “${value}”. It takes a date, as ${field}:2024, ${field}:2024-05-06 or ${field}:2024-05-06T12:30:00+03:00.`,
  "not-a-period": ({ field, value }) =>
    `${field}: cannot be “${value}”. It takes a date or a range of dates, as ${field}:2024-05-06 or ${field}:2024-05..2024-07.`,
  "not-an-age": ({ field, value }) =>
    `${field}: cannot be “${value}”. It takes an age in hours, days, weeks, months or years, as age:<12h, age:<7d, age:>2w, age:1m..1y.`,
  "no-date-in-it": ({ field, value }) =>
    `${field}:${value} is empty: it ends before it begins. Write the earlier end first.`,

  "left-out-alone": ({ text }) =>
    `“${text}” was left out: it needs something on both sides; put it in quotes to search for the word.`,
  "left-out-last": ({ text }) =>
    `“${text}” was left out: nothing follows it; put it in quotes to search for the word.`,
  "left-out-no-word": ({ text }) => `“${text}” was left out: there is no word in it to search for.`,
  "left-out-not-opened": ({ text }) => `“${text}” was left out: nothing was opened before it.`,
  "left-out-empty": ({ text }) => `“${text}” was left out: there is nothing in it.`,
  "left-out-no-number": ({ text }) =>
    `“${text}” was left out: after a phrase it takes a number, as "a b"~3.`,
  "left-out-whole-tag": ({ text }) => `“${text}” was left out: a tag or mention is found whole.`,
  "left-out-exact": ({ text }) =>
    `“${text}” was left out: a word is either exact or may have typos.`,
  "parenthesis-open": () => "This parenthesis is never closed; it was taken to run to the end.",
  "quote-open": () => "This quote is never closed; it was taken to run to the end.",
  "one-order": ({ sort }) => `An answer has one order; the last, sort:${sort}, is taken.`,
  "sort-parameter": ({ parameter, query }) =>
    `The parameter sort=${parameter} counts, not the sort:${query} of the query.`,
  "no-such-field": ({ name }) => `There is no field “${name}:”; it was searched for as text.`,
  "star-as-text": () =>
    "A * counts at the end of a word and within a plain one; here it was taken as text.",
  "and-is-a-word": () =>
    "AND was searched for as a word: a space already means that both must be there.",
  "near-is-text": ({ text }) =>
    `“${text}” was searched for as text: NEAR/n counts in capitals, as a word of its own, between two sides.`,
  "typos-numbered": () => "A word takes ~ without a number; this was taken as text.",
  "histogram-too-long": ({ step, steps, most }) =>
    `histogram: ${step} would make ${steps} bars; the most is ${most}. Ask for a longer step, auto, or a shorter time by after and before.`,
  "channel-not-kept": ({ channel }) => `The channel @${channel} is not kept here.`,
  "posts-not-kept": ({ count }) =>
    count === "1"
      ? "One post of this page is in the index but no longer in the archive, and is not shown."
      : `${count} posts of this page are in the index but no longer in the archive, and are not shown.`,
} as const satisfies Readonly<Record<string, (data: FaultData) => string>>;

export type FaultCode = keyof typeof sentences;
export const faultCodes = Object.keys(sentences) as readonly FaultCode[];

/** The fault as an English sentence. */
export const inEnglish = ({ code, data }: Fault): string => sentences[code](data);

/** A part of a query that could not count as typed. */
export interface QueryWarning extends Fault {
  readonly message: string;
  readonly at: Span;
}

/** @param data what the warning speaks of. */
export function warning(code: FaultCode, at: Span, data: FaultData = {}): QueryWarning {
  return { code, data, message: inEnglish({ code, data }), at };
}
