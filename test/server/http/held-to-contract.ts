import { OpenAPIHono } from "@hono/zod-openapi";
import { postTwin } from "../../../server/contract/post-twin.ts";
import { describeWebhooks } from "../../../server/http/api/webhook-messages.ts";
import { describeApi } from "../../../server/http/openapi.ts";
import { answerFaults } from "../../answer-faults.ts";
import { type ApiDescription, Described } from "./described.ts";

let described: Described | undefined;

/**
 * Holds every answer of the API to its description, whoever asks: its status, its content type, and its body, in which
 * no key may stand that the schema does not know. What is not so fails the test that asked.
 */
export function holdToContract(app: OpenAPIHono): void {
  described ??= describedBy(app);
  const judge = described;
  const answer = app.fetch;
  app.fetch = async (request, ...rest) => {
    const response = await answer(request, ...rest);
    const { pathname } = new URL(request.url);
    const tell = (fault: string): unknown =>
      answerFaults.push(`${request.method} ${pathname} ${response.status}: ${fault}`);
    const asked = { method: request.method, path: pathname, response };
    for (const fault of await faultsIn(judge, asked)) tell(fault);
    return isStream(response) ? followed(response, { judge, tell }) : response;
  };
}

/** Holds a message to a webhook to its description; the events of a test's own have none. */
export function holdMessage(text: string): void {
  const { type } = JSON.parse(text) as { readonly type: string };
  const schema = messages.message(type)?.requestBody?.content["application/json"]?.schema;
  if (schema) answerFaults.push(...messages.faults(schema, JSON.parse(text)));
  else if (/^(search|alert)\./.test(type)) answerFaults.push(`A message ${type} is not described.`);
}

/** Holds an answer of a server in a process of its own to the description that this server gives of itself. */
export async function holdFetched(asked: Answer, describe: () => Promise<Response>): Promise<void> {
  described ??= new Described((await (await describe()).json()) as ApiDescription);
  const { method, path, response } = asked;
  for (const fault of await faultsIn(described, asked))
    answerFaults.push(`${method} ${path} ${response.status}: ${fault}`);
}

/** The description that an application's routes make, as a judge. */
export function describedBy(app: OpenAPIHono): Described {
  return new Described(JSON.parse(JSON.stringify(describeApi(app))) as ApiDescription);
}

const messages = ((): Described => {
  const app = new OpenAPIHono();
  describeWebhooks(app);
  return describedBy(app);
})();

const twin = ((): Described => {
  const app = new OpenAPIHono();
  app.openAPIRegistry.register("PostTwin", postTwin);
  return describedBy(app);
})();

interface Answer {
  readonly method: string;
  readonly path: string;
  readonly response: Response;
}

async function faultsIn(
  judge: Described,
  { method, path, response }: Answer,
): Promise<readonly string[]> {
  const operation = judge.operation(method, path);
  const type = response.headers.get("content-type")?.split(";")[0];
  if (!operation) {
    if (type === "application/json" && twinPath.test(path))
      return twin.faults({ $ref: "#/components/schemas/PostTwin" }, await bodyOf(response));
    if (!path.startsWith("/api/") || method === "OPTIONS") return [];
    // Where no operation is, there are only refusals.
    const isRefusal = response.status >= 400 && (method === "HEAD" || type === problem);
    return isRefusal ? [] : [`an answer of a route that is not described (${type})`];
  }
  const told = operation.responses[response.status];
  if (!told) return ["a status that is not described"];
  if (told.content === undefined)
    return type === undefined ? [] : [`a body of ${type}, where none is described`];
  if (method === "HEAD") return [];
  const content = type === undefined ? undefined : told.content[type];
  if (!content) return [`content of type ${type}, which is not described`];
  if (!/[/+]json$/.test(type ?? "")) return [];
  return judge.faults(content.schema, await bodyOf(response));
}
const twinPath = /^\/c\/[^/]+\/[^/]+$/;
const problem = "application/problem+json";

async function bodyOf(response: Response): Promise<unknown> {
  const { body, headers } = response.clone();
  const packed = headers.get("content-encoding");
  if (packed === null || body === null) return new Response(body).json();
  return new Response(body.pipeThrough(new DecompressionStream(packed as "gzip"))).json();
}

const isStream = ({ headers }: Response): boolean =>
  headers.get("content-type")?.startsWith("text/event-stream") === true;

/** The same stream, its events held to the schemas of what they tell of; each comes in one piece. */
function followed(
  response: Response,
  { judge, tell }: { readonly judge: Described; readonly tell: (fault: string) => unknown },
): Response {
  const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
  const hold = (piece: Uint8Array): void => {
    const text = new TextDecoder().decode(piece);
    const [, name, data = ""] = /^event: (\w+)\n(?:id: \d+\n)?data: (.+)\n\n$/.exec(text) ?? [];
    const schema = name && schemas.get(name);
    if (schema) judge.faults({ $ref: schema }, JSON.parse(data)).forEach(tell);
    else if (name !== "end" && !/^(retry)?: /.test(text)) tell(`an event not described: ${text}`);
  };
  const held = new ReadableStream<Uint8Array>(
    {
      async pull(out) {
        const { value, done } = await reader.read();
        if (done) return out.close();
        hold(value);
        return out.enqueue(value);
      },
      cancel: async (why) => reader.cancel(why),
    },
    // Nothing is read that is not asked for, as without us.
    { highWaterMark: 0 },
  );
  return new Response(held, response);
}
const schemas = new Map([
  ["run", "#/components/schemas/Run"],
  ["line", "#/components/schemas/RunLine"],
]);
