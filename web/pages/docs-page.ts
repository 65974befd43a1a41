import { html } from "hono/html";
import { curlOf, exampleOf } from "../parts/docs-example.ts";
import {
  rowsOf,
  typeOf,
  type ApiDocument,
  type Operation,
  type Schema,
} from "../parts/docs-schema.ts";
import type { Html } from "../parts/html.ts";
import { page, type Frame } from "../parts/layout.ts";
import { withCode } from "../parts/with-code.ts";
import type { Words } from "../words/words.ts";

export interface DocsView {
  readonly frame: Frame;
  readonly api: ApiDocument;
  /** Kinds of problems with their titles. */
  readonly problems: Readonly<Record<string, string>>;
  /** Of this server, for examples. */
  readonly origin: string;
}

interface Route {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The whole API on one page, to be read and printed: drawn from its own description, without a script. */
export function docsPage({ frame, api, problems, origin }: DocsView): Html {
  const { docs: text } = frame.words.text;
  const routes = routesOf(api.paths, "");
  const webhooks = routesOf(api.webhooks ?? {}, "webhook-");
  const schemas = Object.entries(api.components.schemas);
  const inside = { text, api, origin };
  return page(frame, {
    title: text.title,
    current: "docs",
    main: html`<div class="page-head">
        <div>
          <h1>${text.title}</h1>
          <p>${text.lead} <a class="reach" href="/openapi.json">/openapi.json</a></p>
        </div>
      </div>
      <div class="docs">
        <nav class="docs-nav" aria-label="${text.contents}">
          <h2 class="small">${text.routes}</h2>
          <ul lang="en">
            ${routes.map(link)}
          </ul>
          <h2 class="small"><a href="#webhooks">${text.webhooks}</a></h2>
          <ul lang="en">
            ${webhooks.map(link)}
          </ul>
          <h2 class="small"><a href="#keys">${text.keys}</a></h2>
          <h2 class="small"><a href="#problems">${text.problems}</a></h2>
          <h2 class="small"><a href="#schemas">${text.schemas}</a></h2>
        </nav>
        <div>
          <section>
            <h2>${text.routes}</h2>
            ${routes.map((route) => routeSection(route, inside))}
          </section>
          <section class="section" id="webhooks">
            <h2>${text.webhooks}</h2>
            ${webhooks.map((route) => routeSection(route, inside))}
          </section>
          <section class="section" id="keys">
            <h2>${text.keys}</h2>
            <p>${text.keysLead}</p>
            ${block(`curl -H "Authorization: Bearer bs_…" "${origin}/api/v1/search?q=…"`)}
            <dl class="facts">
              ${Object.entries(text.scopes).map(
                ([scope, says]) =>
                  html`<dt><code>${scope}</code></dt>
                    <dd>${says}</dd>`,
              )}
            </dl>
          </section>
          <section class="section" id="problems">
            <h2>${text.problems}</h2>
            <p>${text.problemsLead}</p>
            <dl class="docs-problems" lang="en">
              ${Object.entries(problems).map(
                ([kind, title]) =>
                  html`<dt id="problem-${kind}"><code>urn:backscroll:problem:${kind}</code></dt>
                    <dd>${title}</dd>`,
              )}
            </dl>
          </section>
          <section class="section" id="schemas">
            <h2>${text.schemas}</h2>
            ${schemas.map(
              ([name, schema]) =>
                html`<section class="docs-part" id="schema-${name}" lang="en">
                  <h3>${name}</h3>
                  ${schema.description !== undefined && html`<p>${withCode(schema.description)}</p>`}
                  ${properties(schema, inside)}
                </section>`,
            )}
          </section>
        </div>
      </div>`,
  });
}

interface Inside {
  readonly text: Words["text"]["docs"];
  readonly api: ApiDocument;
  readonly origin: string;
}

function routesOf(
  paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  kind: string,
): readonly Route[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      id: `${kind}${method}-${path.replace(/^\/(api\/v1\/)?/, "").replaceAll(/[^\w.]+/g, "-")}`.replace(
        /-$/,
        "",
      ),
      method: method.toUpperCase(),
      path,
      // The document is ours, made from the routes.
      operation: operation as Operation,
    })),
  );
}

const link = ({ id, method, path }: Route): Html =>
  html`<li>
    <a href="#${id}"
      ><span class="docs-method">${method}</span> ${broken(path.replace("/api/v1", ""))}</a
    >
  </li>`;

/** A path that may be broken where it has a slash. */
const broken = (path: string): Html =>
  html`${path.split(/(?=\/)/).map((part) => html`${part}<wbr />`)}`;

function routeSection({ id, method, path, operation }: Route, inside: Inside): Html {
  const { text } = inside;
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const body = requestBody?.content["application/json"]?.schema;
  const isWebhook = id.startsWith("webhook-");
  return html`<article class="docs-part" id="${id}">
    <h3>
      <a class="docs-anchor" href="#${id}"
        ><span class="docs-method">${method}</span> <span class="mono">${broken(path)}</span></a
      >
    </h3>
    <p lang="en">${withCode(summary)}</p>
    ${description !== undefined && html`<p lang="en">${withCode(description)}</p>`}
    ${!isWebhook && html`<p class="quiet small">${scopeOf(operation, text)}</p>`}
    ${
      parameters.length > 0 &&
      fields({
        title: text.parameters,
        text,
        rows: parameters.map(
          ({ name, in: place, required = false, description: says, schema }) => ({
            name,
            type: typeOf(schema),
            required,
            says: [place === "path" ? text.inPath : "", says ?? schema.description ?? ""]
              .filter((part) => part !== "")
              .join(". "),
          }),
        ),
      })
    }
    ${
      body &&
      html`<h4>${text.body}</h4>
        ${properties(body, inside)}`
    }
    ${
      isWebhook
        ? body && example(text.example, json(exampleOf(body, inside.api)))
        : example(text.example, curlOf({ method, path, operation }, inside))
    }
    ${answers(responses, inside)}
  </article>`;
}

function answers(responses: Operation["responses"], inside: Inside): Html {
  const { text, api } = inside;
  const good = Object.entries(responses).find(([status]) => status.startsWith("2"));
  const schema = good?.[1].content?.["application/json"]?.schema;
  const problems = Object.entries(responses).filter(([, { content }]) => isProblem(content));
  return html`<h4>${text.answers}</h4>
    <dl class="facts">
      ${Object.entries(responses)
        .filter(([, { content }]) => !isProblem(content))
        .map(
          ([status, { description, content }]) =>
            html`<dt><code>${status}</code></dt>
              <dd>
                <span lang="en">${withCode(description)}</span>
                ${content?.["application/json"] && type(typeOf(content["application/json"].schema))}
              </dd>`,
        )}
      ${
        problems.length > 0 &&
        html`<dt>${problems.map(([status]) => html`<code>${status}</code> `)}</dt>
          <dd>${text.problem}</dd>`
      }
    </dl>
    ${schema && schema.type !== "string" && example(text.exampleAnswer, json(exampleOf(schema, api)))}`;
}

const isProblem = (content: Readonly<Record<string, unknown>> | undefined): boolean =>
  content?.["application/problem+json"] !== undefined;

const json = (value: unknown): string => JSON.stringify(value, undefined, 2);

const example = (title: string, says: string): Html =>
  html`<h4>${title}</h4>
    ${block(says)}`;

const block = (says: string): Html =>
  html`<pre class="log docs-code" tabindex="0"><code>${says}</code></pre>`;

function scopeOf({ security = [] }: Operation, text: Words["text"]["docs"]): string {
  const scope = security.flatMap((one) => one.key ?? [])[0];
  if (scope === undefined) return text.open;
  return security.some((one) => one.key === undefined)
    ? text.reading({ scope })
    : text.changing({ scope });
}

function properties(schema: Schema, { text }: Inside): Html | undefined {
  const rows = rowsOf(schema);
  if (rows.length === 0) return html`<p>${type(typeOf(schema))}</p>`;
  return fields({ text, rows });
}

function fields({
  title,
  text,
  rows,
}: {
  readonly title?: string;
  readonly text: Words["text"]["docs"];
  readonly rows: readonly {
    readonly name: string;
    readonly type: readonly string[];
    readonly required: boolean;
    readonly says: string;
  }[];
}): Html {
  return html`${title !== undefined && html`<h4>${title}</h4>`}
    <table class="table table-fold docs-fields">
      <thead>
        <tr>
          <th scope="col">${text.name}</th>
          <th scope="col">${text.type}</th>
          <th scope="col">${text.says}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <th scope="row"><code>${row.name}</code></th>
              <td data-label="${text.type}">
                ${type(row.type)}
                ${row.required && html`<span class="quiet">${text.required}</span>`}
              </td>
              <td lang="en">${withCode(row.says)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

/** A type in words; names of schemas lead to them. */
const type = (parts: readonly string[]): Html =>
  html`<span class="mono small" lang="en"
    >${parts.map((part) =>
      part.startsWith("#")
        ? html`<a href="#schema-${part.slice(1)}">${part.slice(1)}</a>`
        : html`${part}`,
    )}</span
  >`;
