import { html } from "hono/html";
import type { Problem } from "../../server/contract/problem.ts";
import type { SavedAnswer } from "../../server/contract/saved-search.ts";
import { name as plainName, searchAddress, time } from "../parts/format.ts";
import type { Html } from "../parts/html.ts";
import { icon } from "../parts/icons.ts";
import { faultSaid } from "../parts/query-faults.ts";
import { page, type Frame } from "../parts/layout.ts";
import type { Words } from "../words/words.ts";

/** The form, as it was typed, and why it could not be used. */
export interface SavedForm {
  readonly name: string;
  readonly query: string;
  readonly url: string;
  readonly fault?: Problem;
}

export interface SavedView {
  readonly frame: Frame;
  readonly searches: readonly SavedAnswer[];
  readonly form: SavedForm;
  /** A search that was just added, and its secret, which only this page shows. */
  readonly made?: { readonly name: string; readonly secret: string };
}

const texts = {
  en: {
    title: "Saved searches",
    lead: "Each is asked again as posts arrive or change. What it finds anew is sent to its webhook once; what it found when it was saved is not.",
    none: "No search is saved yet.",
    add: "Save a search",
    name: "Name",
    query: "Query",
    url: "Webhook",
    urlHint: "An https address that takes POST. Without one, follow it as a feed.",
    save: "Save",
    secret: (name: string) => `The secret that signs what is sent for “${name}”, shown this once:`,
    states: {
      following: "followed",
      paused: "paused",
      gone: "its webhook answered 410 and is sent nothing more",
    },
    matches: (count: string) => `New matches since then: ${count}`,
    last: "last",
    savedAt: "saved",
    noWebhook: "feed only",
    feeds: "Feeds",
    sent: "Sent last",
    nothingSent: "Nothing was sent yet.",
    event: "Message",
    state: "State",
    tries: "Tries",
    when: "Last try",
    answer: "What came of it",
    delivery: { waiting: "waiting", sent: "arrived", "given-up": "given up" },
    next: "next try",
    pause: "Pause",
    resume: "Resume",
    test: "Send a test",
    remove: "Remove",
    search: "Search now",
    which: (act: string, name: string) => `${act}: ${name}`,
  },
  ru: {
    title: "Сохранённые поиски",
    lead: "Каждый повторяется, когда посты появляются или меняются. Найденное заново один раз отправляется на его адрес; найденное при сохранении не отправляется.",
    none: "Пока ни один поиск не сохранён.",
    add: "Сохранить поиск",
    name: "Название",
    query: "Запрос",
    url: "Адрес (вебхук)",
    urlHint: "Адрес https, принимающий POST. Без него за поиском можно следить по ленте.",
    save: "Сохранить",
    secret: (name: string) =>
      `Секрет, которым подписано всё отправленное для «${name}», показан только сейчас:`,
    states: {
      following: "действует",
      paused: "приостановлен",
      gone: "адрес ответил 410, больше ему ничего не отправляется",
    },
    matches: (count: string) => `Новых совпадений с тех пор: ${count}`,
    last: "последнее",
    savedAt: "сохранён",
    noWebhook: "только лента",
    feeds: "Ленты",
    sent: "Отправлено последним",
    nothingSent: "Пока ничего не отправлено.",
    event: "Сообщение",
    state: "Состояние",
    tries: "Попыток",
    when: "Последняя попытка",
    answer: "Что вышло",
    answered: (status: string) => `Ответ ${status}.`,
    delivery: { waiting: "ждёт", sent: "дошло", "given-up": "оставлено" },
    next: "следующая попытка",
    pause: "Приостановить",
    resume: "Возобновить",
    test: "Отправить пробное",
    remove: "Удалить",
    search: "Искать сейчас",
    which: (act: string, name: string) => `${act}: ${name}`,
  },
} as const;
type SavedTexts = (typeof texts)["en"] | (typeof texts)["ru"];

/** Every saved search with what was sent for it, and a form to add one. */
export function savedPage({ frame, searches, form, made }: SavedView): Html {
  const text = texts[frame.words.lang];
  return page(frame, {
    title: text.title,
    current: "saved",
    main: html`<div class="page-head">
        <div>
          <h1>${text.title}</h1>
          <p>${text.lead}</p>
        </div>
      </div>
      ${
        made &&
        html`<div class="note note-done" role="status">
          <span>${text.secret(made.name)} <code class="fold">${made.secret}</code></span>
        </div>`
      }
      ${addForm(form, text, frame.words)}
      ${
        searches.length === 0
          ? html`<p class="section quiet">${text.none}</p>`
          : searches.map((search) => item(search, text, frame.words))
      }`,
  });
}

function addForm({ name, query, url, fault }: SavedForm, text: SavedTexts, words: Words): Html {
  const wrong = fault === undefined ? "" : html` aria-describedby="s-f"`;
  return html`<section class="stack" id="add">
    <h2>${text.add}</h2>
    <form class="form-row" action="/saved" method="post" ${wrong}>
      <div class="field">
        <label for="s-n">${text.name}</label
        ><input class="input" id="s-n" name="name" required maxlength="100" value="${name}" />
      </div>
      <div class="field grow">
        <label for="s-q">${text.query}</label
        ><input
          class="input mono"
          id="s-q"
          name="query"
          maxlength="1000"
          value="${query}"
          autocapitalize="none"
          spellcheck="false"
        />
      </div>
      <div class="field grow">
        <label for="s-u">${text.url}</label
        ><input
          class="input mono"
          id="s-u"
          name="url"
          type="url"
          maxlength="1000"
          value="${url}"
          placeholder="https://example.org/hook"
          aria-describedby="s-h"
        />
      </div>
      <button class="btn btn-lead">${icon("plus")} ${text.save}</button>
    </form>
    ${fault !== undefined && html`<p class="note note-fail" id="s-f" role="alert">${faultSaid(fault, words)}</p>`}
    <p class="quiet small" id="s-h">${text.urlHint}</p>
  </section>`;
}

function item(search: SavedAnswer, text: SavedTexts, words: Words): Html {
  const { id, state, query, url, matches, matchedAt, createdAt, feeds } = search;
  const name = plainName(search.name);
  return html`<section class="section stack" id="saved-${id}">
    <h2><bdi>${name}</bdi></h2>
    <p>
      <code class="fold"><bdi>${query === "" ? words.text.common.everything : query}</bdi></code>
    </p>
    <p class="quiet small fold">
      <span class="state${state === "gone" ? " state-gone" : ""}">${text.states[state]}</span>,
      ${text.savedAt} ${time(createdAt)}.
      ${url === undefined ? `${text.noWebhook}.` : html`→ <bdi>${url}</bdi>`}
    </p>
    <p>
      ${text.matches(words.number(matches))}${
        matchedAt !== undefined && html`, ${text.last} ${time(matchedAt)}`
      }.
      ${text.feeds}: <a class="reach" href="${feeds.atom}">Atom</a>
      <a class="reach" href="${feeds.json}">JSON Feed</a>
    </p>
    <form class="row" action="/saved/${id}" method="post">
      <a class="btn" href="${searchAddress({ q: query })}">${text.search}</a>
      ${
        state === "following"
          ? act({ act: "pause", says: text.pause, name }, text)
          : act({ act: "resume", says: text.resume, name }, text)
      }
      ${url !== undefined && act({ act: "test", says: text.test, name }, text)}
      ${act({ act: "remove", says: text.remove, name }, text)}
    </form>
    ${url !== undefined && deliveries(search, text, words)}
  </section>`;
}

const act = (
  one: { readonly act: string; readonly says: string; readonly name: string },
  text: SavedTexts,
): Html =>
  html`<button
    class="btn"
    name="act"
    value="${one.act}"
    aria-label="${text.which(one.says, one.name)}"
  >
    ${one.says}
  </button>`;

function deliveries({ id, deliveries: sent }: SavedAnswer, text: SavedTexts, words: Words): Html {
  if (sent.length === 0) return html`<p class="quiet">${text.nothingSent}</p>`;
  return html`<h3 class="small" id="sent-${id}">${text.sent}</h3>
    <table class="table table-fold" aria-labelledby="sent-${id}">
      <thead>
        <tr>
          <th scope="col">${text.event}</th>
          <th scope="col">${text.state}</th>
          <th scope="col" class="num">${text.tries}</th>
          <th scope="col">${text.when}</th>
          <th scope="col">${text.answer}</th>
        </tr>
      </thead>
      <tbody>
        ${sent.map(
          (one) =>
            html`<tr>
              <th scope="row">
                <code>${one.event}</code>
                <div class="shelf quiet">${one.id}</div>
              </th>
              <td data-label="${text.state}">
                <span class="state${one.state === "given-up" ? " state-gone" : ""}"
                  >${icon(one.state === "sent" ? "check" : one.state === "waiting" ? "live" : "warn")}
                  ${text.delivery[one.state]}</span
                >
              </td>
              <td class="num" data-label="${text.tries}">${words.number(one.tries)}</td>
              <td data-label="${text.when}">${one.triedAt && time(one.triedAt)}</td>
              <td data-label="${text.answer}">
                ${outcome(one.answer, words)}
                ${one.nextTryAt && one.tries > 0 && html`<span class="quiet">${text.next} ${time(one.nextTryAt)}</span>`}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

/** An outcome as it was kept, which is in English; of an answer, its status in Russian. */
function outcome(answer: string | undefined, { lang }: Words): Html | string | undefined {
  if (answer === undefined || lang === "en") return answer;
  const [, status] = /^Answered (\d{3})\b/.exec(answer) ?? [];
  if (status !== undefined) return texts[lang].answered(status);
  return html`<span lang="en" dir="auto">${answer}</span>`;
}
