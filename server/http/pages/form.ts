import type { Context } from "hono";
import { Refusal } from "../problems.ts";

/** What a form sent: the text of a field, the first where it was sent several times, or all of them. */
export interface Form {
  readonly one: (name: string) => string | undefined;
  readonly all: (name: string) => readonly string[];
}

/** The form in a request's body. @throws Refusal when it is none */
export async function formOf(c: Context): Promise<Form> {
  const fields = await fieldsOf(c);
  const all = (name: string): readonly string[] =>
    [fields[name]].flat().filter((value) => typeof value === "string");
  return { all, one: (name) => all(name)[0] };
}

async function fieldsOf(c: Context) {
  try {
    return await c.req.parseBody({ all: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Refusal({
      kind: "bad-request",
      status: 400,
      detail: "What was sent is not the form that its content type says.",
    });
  }
}
