import type { ApiDocument, Operation, Schema } from "./docs-schema.ts";

const deepest = 6;

/** A value of this shape: its own examples where it has some, else the plainest; what may be left out is. */
export function exampleOf(schema: Schema, api: ApiDocument, depth = 0): unknown {
  if (schema.example !== undefined) return schema.example;
  const { $ref, anyOf, oneOf, allOf, items, properties, required = [] } = schema;
  const deeper = (one: Schema): unknown => exampleOf(one, api, depth + 1);
  if ($ref !== undefined) {
    const named = api.components.schemas[$ref.split("/").at(-1) ?? ""];
    return named ? deeper(named) : null;
  }
  const [choice] = anyOf ?? oneOf ?? [];
  if (choice) return deeper(choice);
  if (allOf) return Object.assign({}, ...allOf.map(deeper)) as unknown;
  if (items) return depth > deepest ? [] : [deeper(items)];
  if (properties)
    return Object.fromEntries(
      Object.entries(properties)
        .filter(([name, one]) => required.includes(name) || one.example !== undefined)
        .map(([name, one]) => [name, deeper(one)]),
    );
  return plainest(schema);
}

function plainest({ type, enum: values, const: only, default: usual, minimum = 0 }: Schema) {
  if (only !== undefined) return only;
  if (values) return values[0];
  if (usual !== undefined) return usual;
  switch ([type].flat()[0]) {
    case "integer":
    case "number":
      return Math.max(1, minimum);
    case "boolean":
      return true;
    case "object":
      return {};
    default:
      return "…";
  }
}

/** A command that asks this, to be pasted into a shell. */
export function curlOf(
  {
    method,
    path,
    operation,
  }: { readonly method: string; readonly path: string; readonly operation: Operation },
  { api, origin }: { readonly api: ApiDocument; readonly origin: string },
): string {
  const { parameters = [], requestBody, security = [] } = operation;
  const at = path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const known = parameters.find((one) => one.in === "path" && one.name === name)?.schema.example;
    return known === undefined ? whole : encodeURIComponent(written(known));
  });
  const query = new URLSearchParams();
  for (const { name, in: place, required, schema } of parameters)
    if (place === "query" && (required || schema.example !== undefined))
      query.set(name, written(schema.example ?? schema.enum?.[0]));
  const body = requestBody?.content["application/json"]?.schema;
  const needsKey = security.length > 0 && security.every(({ key }) => key !== undefined);
  return [
    `curl${method === "GET" ? "" : ` -X ${method}`}`,
    ...(needsKey ? ['-H "Authorization: Bearer bs_…"'] : []),
    ...(body
      ? ['-H "Content-Type: application/json"', `-d '${JSON.stringify(exampleOf(body, api))}'`]
      : []),
    `"${origin}${at}${query.size === 0 ? "" : `?${query.toString()}`}"`,
  ].join(" \\\n  ");
}

/** As it stands in an address. */
const written = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? "");
