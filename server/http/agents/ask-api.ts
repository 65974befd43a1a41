import type { OpenAPIHono, z } from "@hono/zod-openapi";
import { channelName } from "../../../scraper/channel-name.ts";
import type { changesAnswer } from "../../contract/changes.ts";
import type { channelsAnswer } from "../../contract/channel.ts";
import type { ContextAnswer } from "../../contract/context.ts";
import type { coverageAnswer } from "../../contract/coverage.ts";
import type { PostAnswer } from "../../contract/kept-post.ts";
import type { manifestAnswer } from "../../contract/manifest.ts";
import type { Problem } from "../../contract/problem.ts";
import type { SearchAnswer } from "../../contract/search.ts";
import type { addedSetAnswer } from "../../contract/set.ts";
import type { versionsAnswer } from "../../contract/versions.ts";
import { askWithin } from "../access/asked-within.ts";
import { describeApi } from "../openapi.ts";
import { Refusal } from "../problems.ts";

/** The routes of the API that tools ask, by `operationId`, and what each answers. */
export interface Answers {
  readonly search: SearchAnswer;
  readonly getPost: PostAnswer;
  readonly listVersions: z.infer<typeof versionsAnswer>;
  readonly getContext: ContextAnswer;
  readonly listChannels: z.infer<typeof channelsAnswer>;
  readonly getCoverage: z.infer<typeof coverageAnswer>;
  readonly listChanges: z.infer<typeof changesAnswer>;
  readonly exportPosts: z.infer<typeof manifestAnswer>;
  readonly citeSet: z.infer<typeof addedSetAnswer>;
}
export type RouteId = keyof Answers;
export type Given = Readonly<Record<string, unknown>>;

/** Where answers come from: the API itself, asked as whoever calls the tool. */
export interface Api {
  /** @throws ApiRefusal with the API's problem */
  readonly ask: <Id extends RouteId>(route: Id, given: Given) => Promise<Answers[Id]>;
  /** An address of this server as the world knows it; absent where nobody serves it. */
  readonly address: (path: string) => string | undefined;
}

/** The API refused or failed: its problem is the answer. */
export class ApiRefusal extends Error {
  override name = "ApiRefusal";
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Who asks: with which headers, over which connection, and until when. */
export interface Asker {
  /** Where the API is asked; the path does not count. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connection?: unknown;
  readonly signal: AbortSignal;
}

/** One thing that a route takes, as its description has it. */
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: object;
}
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
}

/** Every route of the API by its `operationId`, from the description it gives of itself. */
export function routesOf(app: OpenAPIHono): ReadonlyMap<string, Route> {
  const { paths } = describeApi(app);
  return new Map(
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => {
        const { operationId, parameters = [] } = operation as {
          operationId: string;
          parameters?: Parameter[];
        };
        return [operationId, { method: method.toUpperCase(), path, parameters }] as const;
      }),
    ),
  );
}

/** Asks the API as a request of its own, from within: guard, checks and words are those of the route. @throws ApiRefusal */
export async function askApi<Id extends RouteId>(
  app: OpenAPIHono,
  { method, path, parameters }: Route,
  { given, asker }: { readonly given: Given; readonly asker: Asker },
): Promise<Answers[Id]> {
  const inPath = parameters.filter((one) => one.in === "path").map(({ name }) => name);
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => segmentOf(name, given[name]));
  const url = new URL(filled, asker.url);
  for (const [name, value] of Object.entries(given))
    if (!inPath.includes(name) && value !== undefined)
      url.searchParams.set(name, textOf(name, value));
  const request = new Request(url, { method, headers: asker.headers, signal: asker.signal });
  const response = await app.fetch(askWithin(request), asker.connection ?? {});
  const answer: unknown = await response.json();
  if (!response.ok) throw new ApiRefusal(answer as Problem);
  return answer as Answers[Id];
}

/** A part of a path; a channel may be written in any form that people paste. @throws Refusal, UsageError */
function segmentOf(name: string, value: unknown): string {
  const text = value === undefined ? "" : textOf(name, value);
  if (name === "channel") return channelName(text);
  // Dots alone would lead to another route.
  if (text === "" || /^\.+$/.test(text)) throw refused(name, "is needed");
  return encodeURIComponent(text);
}

/** A value as an address has it; a list is a comma list. @throws Refusal */
function textOf(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => textOf(name, one)).join(",");
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw refused(name, "takes a text, a number, or a list of them");
}

export const refused = (parameter: string, rule: string): Refusal =>
  new Refusal({ kind: "bad-parameter", status: 400, detail: `${parameter} ${rule}.`, parameter });
