import { html } from "hono/html";
import type { Html } from "../parts/html.ts";
import { page, type Frame } from "../parts/layout.ts";
import { type BuilderView, code, tagOf } from "./widget-page.ts";

type Addresses = BuilderView["addresses"];

const choice = {
  channels: "durov",
  mode: "",
  theme: "",
  lang: "",
  shortcut: "",
  links: "",
  accent: "",
  origins: "",
};

/** The tag in every place it is put into; each can be copied as it stands, but for the key. */
export function widgetExamples(addresses: Addresses) {
  const tag = tagOf({ choice, addresses }, "loader");
  const { origin, version } = addresses;
  const element = `server="${origin}" channels="durov" key="bs_…"`;
  return {
    html: tag,
    wordpress: `<!-- wp:html -->\n${tag}\n<!-- /wp:html -->`,
    hugo: `{{ partial "search.html" . }}\n\n<!-- layouts/partials/search.html -->\n${tag}`,
    docusaurus: `// docusaurus.config.js\nscripts: [{ src: "${origin}/widget/v1.js", async: true }],\n\n// in a page (MDX)\n<backscroll-search ${element}></backscroll-search>`,
    react: `import { useEffect } from "react";\n\nexport function ChannelSearch() {\n  useEffect(() => {\n    import(/* @vite-ignore */ "${origin}/widget/${version}/widget.js");\n  }, []);\n  return <backscroll-search ${element} />;\n}`,
    results: `<input id="find" type="search" aria-label="Search">\n<backscroll-search mode="results" for="find" ${element}></backscroll-search>\n<script async src="${origin}/widget/v1.js"></script>`,
  };
}
type Example = keyof ReturnType<typeof widgetExamples>;

/** What the element understands, in the order the page tells of it. */
export const widgetAttributes = [
  "channels",
  "key",
  "server",
  "mode",
  "for",
  "theme",
  "lang",
  "label",
  "words",
  "shortcut",
  "links",
  "open",
  "limit",
  "recent",
  "target",
] as const;
type Attribute = (typeof widgetAttributes)[number];

interface Texts {
  readonly title: string;
  readonly build: string;
  readonly place: string;
  readonly places: Readonly<Record<Example, readonly [string, string]>>;
  readonly attributes: string;
  readonly onTheTag: string;
  readonly meaning: Readonly<Record<Attribute, string>>;
  readonly colours: string;
  readonly policy: string;
  readonly needs: (script: Html, connect: Html) => Html;
}

const en: Texts = {
  title: "The widget, explained",
  build: "Build your own tag",
  place: "then put it where your site takes HTML.",
  places: {
    html: ["Plain HTML", "Anywhere in the page; the button appears in its place."],
    wordpress: [
      "WordPress",
      "In a Custom HTML block. Where scripts are taken out of blocks, use the frame that the builder shows.",
    ],
    hugo: ["Hugo", "As layouts/partials/search.html, then in a template:"],
    docusaurus: [
      "Docusaurus",
      "In docusaurus.config.js; the element can then stand in any page or swizzled navbar.",
    ],
    react: ["React", "As a component; the element is known once the module is there."],
    results: ["Results only", "Below an input of your own."],
  },
  attributes: "Attributes",
  onTheTag: "On the script tag with data- before them.",
  meaning: {
    channels: "names with commas; the key may narrow them further",
    key: "of the scope search, for the origin of your site",
    server: "where answers come from; where the script came from without",
    mode: "dialog (default), inline, results, form",
    for: "for results: the id of your own input",
    theme: "light or dark; as the visitor's system without",
    lang: "en or ru; as the page without",
    label: "the name that screen readers say",
    words: "JSON with other words, for other languages",
    shortcut: "mod+k (default), any like ctrl+shift+f or /, off",
    links: "telegram opens posts there; here without",
    open: "new opens posts in a new tab",
    limit: "hits shown, 10 without",
    recent: "keeps the last five searches in the visitor's browser",
    target: "a selector of the place to stand in (script tag only)",
  },
  colours: "Colours and type are CSS custom properties of the element:",
  policy: "Content Security Policy",
  needs: (script, connect) =>
    html`The page needs ${script} and ${connect}; no inline script or style, and Trusted Types may
    be required. An integrity hash covers the one file form, all of the widget; the moving form
    changes with releases and cannot be held to one.`,
};

const ru: Texts = {
  title: "Как устроен виджет",
  build: "Соберите свой тег",
  place: "и вставьте его туда, где ваш сайт принимает HTML.",
  places: {
    html: ["Простой HTML", "В любом месте страницы; кнопка появится на месте тега."],
    wordpress: [
      "WordPress",
      "В блоке «Произвольный HTML». Если скрипты из блоков вырезаются, возьмите рамку, которую показывает сборщик.",
    ],
    hugo: ["Hugo", "Файлом layouts/partials/search.html, затем в шаблоне:"],
    docusaurus: [
      "Docusaurus",
      "В docusaurus.config.js; после этого элемент может стоять на любой странице и в своей шапке.",
    ],
    react: ["React", "Компонентом; элемент станет известен, когда загрузится модуль."],
    results: ["Только результаты", "Под вашим собственным полем ввода."],
  },
  attributes: "Атрибуты",
  onTheTag: "В теге script пишутся с data- впереди.",
  meaning: {
    channels: "имена через запятую; ключ может сузить их ещё",
    key: "с правом search, для адреса вашего сайта",
    server: "откуда приходят ответы; без него оттуда же, откуда скрипт",
    mode: "dialog (если не указано), inline, results, form",
    for: "для results: id вашего поля ввода",
    theme: "light или dark; без него как в системе посетителя",
    lang: "en или ru; без него как у страницы",
    label: "название, которое произносит экранный диктор",
    words: "JSON с другими словами, для других языков",
    shortcut: "mod+k (если не указано), любые вроде ctrl+shift+f или /, off",
    links: "telegram открывает посты там; без него здесь",
    open: "new открывает посты в новой вкладке",
    limit: "сколько находок показать, без него 10",
    recent: "хранит пять последних запросов в браузере посетителя",
    target: "селектор места, где стоять (только в теге script)",
  },
  colours: "Цвета и шрифт задаются свойствами CSS у элемента:",
  policy: "Content Security Policy",
  needs: (script, connect) =>
    html`Странице нужны ${script} и ${connect}; встроенных скриптов и стилей нет, Trusted Types
    можно требовать. Хеш integrity покрывает форму одним файлом, то есть весь виджет; обновляемая
    форма меняется с выпусками, и сверить её по хешу нельзя.`,
};

/** How to put the widget into a site, with examples to copy. */
export function widgetHelpPage(frame: Frame, addresses: Addresses): Html {
  const text = frame.words.lang === "ru" ? ru : en;
  const examples = Object.entries(widgetExamples(addresses)) as [Example, string][];
  const colours = "--bs-accent --bs-ground --bs-ink --bs-ink-2 --bs-edge --bs-found --bs-font";
  const script = html`<code>script-src ${addresses.origin}</code>`;
  const connect = html`<code>connect-src ${addresses.origin}</code>`;
  return page(frame, {
    title: text.title,
    current: "widget",
    main: html`<div class="page-head">
        <div>
          <h1>${text.title}</h1>
          <p><a href="/widget">${text.build}</a>, ${text.place}</p>
        </div>
      </div>
      ${examples.map(([example, copied]) => {
        const [name, where] = text.places[example];
        return html`<section class="section">
          <h2>${name}</h2>
          <p>${where}</p>
          ${code(copied, name)}
        </section>`;
      })}
      <section class="section">
        <h2>${text.attributes}</h2>
        <p class="quiet">${text.onTheTag}</p>
        <div class="scroll" tabindex="0">
          <table class="table">
            <tbody>
              ${widgetAttributes.map(
                (name) =>
                  html`<tr>
                    <th scope="row"><code>${name}</code></th>
                    <td>${text.meaning[name]}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
        <p>${text.colours} <code>${colours}</code></p>
      </section>
      <section class="section">
        <h2>${text.policy}</h2>
        <p>${text.needs(script, connect)}</p>
      </section>`,
  });
}
