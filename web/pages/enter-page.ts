import { html } from "hono/html";
import type { Html } from "../parts/html.ts";
import { icon } from "../parts/icons.ts";
import { page, type Frame } from "../parts/layout.ts";

export interface EnterView {
  readonly frame: Frame;
  /** Where to go on to. */
  readonly next: string;
  readonly fault?: "unknown" | "forPrograms";
  /** Whether others on the way may read what is typed. */
  readonly readable: boolean;
}

const texts = {
  en: {
    title: "Enter with a key",
    lead: "The admin key opens everything here, a key with the scope scrape adds channels. This browser stays in for 12 hours at most, or until you leave.",
    key: "Key",
    enter: "Enter",
    unknown: "This key is not known here: it was mistyped, has expired or was revoked.",
    forPrograms: "This key is for programs and widgets. Pages take one that may read or scrape.",
    readable:
      "This page seems to have come over plain HTTP: whoever shares the way here can read the key and act as you. Put a proxy with TLS in front of the server.",
    lost: "No key at hand? On the server's machine:",
    here: "On this machine all is open; there is nothing to enter.",
    inside: "You are in already. Another key takes the place of the one before.",
  },
  ru: {
    title: "Войти с ключом",
    lead: "Ключ администратора открывает всё, ключ с правом scrape добавляет каналы. Вход действует в этом браузере не дольше 12 часов или пока вы не выйдете.",
    key: "Ключ",
    enter: "Войти",
    unknown: "Здесь такого ключа не знают: он набран с ошибкой, истёк или отозван.",
    forPrograms:
      "Этот ключ для программ и виджетов. Страницам нужен ключ с правом read или scrape.",
    readable:
      "Похоже, страница пришла по обычному HTTP: все, через чью сеть идёт связь, могут прочесть ключ и действовать от вашего имени. Поставьте перед сервером прокси с TLS.",
    lost: "Нет ключа под рукой? На машине сервера:",
    here: "На этой машине всё открыто, входить незачем.",
    inside: "Вы уже вошли. Другой ключ займёт место прежнего.",
  },
};

/** A form that takes a key. */
export function enterPage({ frame, next, fault, readable }: EnterView): Html {
  const text = texts[frame.words.lang];
  return page(frame, {
    title: text.title,
    main: html`<section class="empty">
      <h1>${text.title}</h1>
      ${
        frame.door === undefined
          ? html`<p>${text.here}</p>
              <p class="section"><a href="${next}">${frame.words.text.common.tryNext}</a></p>`
          : html`<p>${text.lead}</p>
              ${frame.door === "leave" && html`<p class="note">${text.inside}</p>`}
              ${
                readable &&
                html`<p class="note note-fail">${icon("warn")}<span>${text.readable}</span></p>`
              }
              <form class="form-row section" action="/enter" method="post">
                <input type="hidden" name="next" value="${next}" />
                <div class="field grow">
                  <label for="key">${text.key}</label
                  ><input
                    class="input mono"
                    id="key"
                    name="key"
                    type="password"
                    required
                    maxlength="200"
                    autocomplete="current-password"
                    placeholder="bs_…"
                    ${
                      fault === undefined ? "" : html` aria-invalid="true" aria-describedby="key-f"`
                    }
                  />${fault && html`<p class="fault" id="key-f" role="alert">${text[fault]}</p>`}
                </div>
                <button class="btn btn-lead">${text.enter}</button>
              </form>
              <p class="quiet small section">
                ${text.lost} <code>${frame.command} keys create --scope admin</code>
              </p>`
      }
    </section>`,
  });
}
