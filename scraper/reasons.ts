/** Why something did not come, or ended: a name that never changes, and what its sentence speaks of. */
export interface Reason<Code extends string = string> {
  readonly code: Code;
  readonly facts: Facts;
}
type Facts = Readonly<Record<string, string | number>>;

/** A reason and what it came of, each behind the next; at least one, at most three. */
export type Reasons<Code extends string = string> = readonly [
  Reason<Code>,
  ...(readonly Reason<Code>[]),
];

/** What a reason's sentence is made of: its facts, and the sentence of what it came of. */
export type Told = Facts & { readonly because: string };

/** One reason; foreign words among its facts are cut. */
export function reason<Code extends string>(code: Code, facts: Facts = {}): Reason<Code> {
  const bounded = Object.entries(facts).map(([name, value]) => [
    name,
    typeof value === "string" ? value.slice(0, longestFact) : value,
  ]);
  return { code, facts: Object.fromEntries(bounded) as Facts };
}
const longestFact = 500;

/** The reasons as one sentence, by a table of sentences; each is told with what it came of in it. */
export const inWords = <Code extends string>(
  [first, ...rest]: readonly Reason<Code>[],
  sentences: Readonly<Record<Code, (told: Told) => string>>,
): string =>
  first === undefined
    ? ""
    : sentences[first.code]({
        ...first.facts,
        because: inWords(rest, sentences).replace(/\.$/u, ""),
      });

/** `1,204` */
export const inFull = (fact: string | number | undefined): string =>
  (fact ?? "").toLocaleString("en-US");

/** An answer in short, as its facts tell it: `HTTP 200, text/html, 1,204 bytes`. */
const came = ({ status, type, bytes }: Told): string =>
  `HTTP ${status}, ${type === unnamedType ? "of no type" : type}, ${inFull(bytes)} bytes`;
/** Stands for the type of an answer that names none. */
export const unnamedType = "?";

const nextRun = "What was read is kept; the next run goes on from there.";
const noBrowser = "There was no browser to try it with.";
const lookAt = (address: string | number | undefined): string =>
  `Waiting will not change it: open ${address} on this machine to see what answers there.`;
const gaveUp = ({ path, tries, because }: Told): string =>
  `Gave up on ${path} after ${tries} tries: ${because}.`;

/**
 * Every reason why reading ends or a try brings no page, in English. Those of a try are parts of a sentence, to stand behind a
 * colon. Other languages say the same by code and facts.
 */
const sentences = {
  // What is the matter with one answer, or with the way to it.
  other: ({ said }) => String(said),
  status: ({ status }) => `it answers ${status}`,
  "answer-empty": (told) => `its answer is empty (${came(told)})`,
  "answer-cut": () => "its answer breaks off",
  "not-utf8": () => "its answer is not in UTF-8",
  "other-channel": ({ channel }) => `it shows @${channel}`,
  "posts-hidden": () => "it shows no posts where there are some",
  "other-page": (told) => `it answers with another kind of page (${told["kind"]}; ${came(told)})`,
  "no-page": (told) => `its answer (${came(told)}) is no page of a channel`,
  "no-page-but": (told) => `its answer (${came(told)}) is no page of a channel: ${told.because}`,
  "http-status": ({ status }) => `HTTP ${status}`,
  file: () => "it is a file",
  "body-no-html": () => "a body that is not HTML",
  "body-no-utf8": () => "a body that is not UTF-8",
  "page-nameless": () => "a page of Telegram that names no channel",
  "page-untitled": () => "a page without a title",
  "page-titled": ({ title }) => `a page titled "${title}"`,
  "timed-out": ({ url, seconds }) => `${url} did not answer within ${seconds} s.`,
  "no-answer": ({ url, said }) => `${url} gave no answer: ${said}`,
  "no-page-in-browser": ({ url, said }) => `${url} gave the browser no page: ${said}`,
  "file-in-browser": ({ status, type }) =>
    `its answer (HTTP ${status}, ${type}) is no page but a file`,
  "redirect-elsewhere": ({ url, to }) =>
    `${url} redirects to ${to}, which is not the source's own host.`,
  "redirects-on": ({ url, most }) => `${url} redirects more than ${most} times.`,
  "redirect-unsaid": ({ url, status }) =>
    `${url} answers ${status}, a redirect without saying where to.`,
  "redirect-nowhere": ({ url, status, to }) =>
    `${url} answers ${status}, a redirect to “${to}”, which is no address.`,
  "packed-over": () => "its answer is packed over and over",
  "packing-unknown": ({ packing }) =>
    `its answer is packed as “${packing}”, which is not known here`,
  "packing-damaged": ({ packing }) =>
    `its answer, packed as ${packing}, cannot be unpacked: it breaks off or is damaged`,
  "answer-large": ({ megabytes }) => `The answer is larger than ${megabytes} MB.`,
  "proxy-login": ({ proxy }) => proxyTold(proxy, "it refuses user and password"),
  "proxy-answers": ({ proxy, status }) => proxyTold(proxy, `it answers ${status}`),
  "proxy-refuses": ({ proxy }) => proxyTold(proxy, "it answers with a refusal"),
  "proxy-unknown": ({ proxy }) => proxyTold(proxy, "its name is not known"),
  "proxy-silent": ({ proxy }) => proxyTold(proxy, "nobody listens there"),
  "proxy-other": ({ proxy, said }) => proxyTold(proxy, String(said)),

  // How a page is no longer built as it was.
  "posts-without-id": ({ some, all }) => `${some} of ${all} posts do not show their id`,
  "posts-without-date": ({ some, all }) => `${some} of ${all} posts do not show their date`,
  "words-in-unknown": ({ some, all, name }) =>
    `${some} of ${all} posts hold words in "${name}", which is not known`,
  "words-elsewhere": () => "no post has a text holder, and words stand elsewhere",
  "nothing-said": ({ all }) => `none of ${all} posts says anything`,
  "no-id-at-all": () => "none of the page's messages has an id",
  "no-message-known": () => "the channel's history holds words, but no message we know",
  "text-lost": (told) => lost("text", told),
  "views-lost": (told) => lost("views", told),
  "media-lost": (told) => lost("media", told),

  // How reading ends.
  "gave-up": (told) => `${gaveUp(told)} ${nextRun}`,
  "gave-up-browserless": (told) => `${gaveUp(told)} ${noBrowser} ${nextRun}`,
  "gave-up-for-good": (told) => `${gaveUp(told)} ${lookAt(told["address"])} ${nextRun}`,
  "gave-up-for-good-browserless": (told) =>
    `${gaveUp(told)} ${noBrowser} ${lookAt(told["address"])} ${nextRun}`,
  "pause-asked": ({ until }) =>
    `The source asks for a pause until ${until}. What was read is kept; run again then.`,
  "channel-missing": ({ channel }) =>
    `@${channel}: there is no public channel of this name. Check the spelling.`,
  "channel-preview-off": ({ channel }) =>
    `@${channel}: its owner switched the public preview off, so nothing can be read without an account.`,
  "channel-group": ({ channel }) =>
    `@${channel}: this is a group. Only public channels can be read without an account.`,
  "channel-restricted": ({ channel }) =>
    `@${channel}: Telegram does not show this channel here (restricted, or not from this network).`,
  "no-browser": ({ command }) =>
    `No browser was found. Run \`${command}\`, or install Chromium with the system's packages (on Debian: apt-get install chromium), or name one in BACKSCROLL_CHROMIUM.`,
  "browser-elsewhere": ({ path }) =>
    `BACKSCROLL_CHROMIUM is ${path}, and there is no program to run there. Correct it, or leave it out to look for a browser.`,
  "browser-not-started": ({ path, said }) =>
    `The browser ${path} did not start: ${said}. Name another in BACKSCROLL_CHROMIUM, or read without one.`,
  "layout-changed": ({ because, url }) =>
    `The page layout changed: ${because} (${url}). Nothing of this page was taken over. With --accept-change it is, as far as it is understood.`,
} as const satisfies Readonly<Record<string, (told: Told) => string>>;

function proxyTold(proxy: string | number | undefined, why: string): string {
  return `The proxy ${proxy} does not lead on: ${why}.`;
}

function lost(what: string, { some, all, someBefore, allBefore }: Told): string {
  return `${what} on ${some} of ${all} posts, before on ${someBefore} of ${allBefore}`;
}

export type ReadingCode = keyof typeof sentences;
export const readingSentences: Readonly<Record<ReadingCode, (told: Told) => string>> = sentences;
