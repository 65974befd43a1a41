/** What of JSON Schema our own descriptions use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly enum?: readonly (string | number)[];
  readonly const?: string | number | boolean;
  readonly example?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

export interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
      }
    >
  >;
  /** An empty one: it can be asked without a key. */
  readonly security?: readonly { readonly key?: readonly string[] }[];
}

/** What of an OpenAPI document the page draws. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly webhooks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A property of an object; one within another is named with a dot, one of a list's items with `[]`. */
export interface Row {
  readonly name: string;
  readonly type: readonly string[];
  readonly required: boolean;
  readonly says: string;
}

const deepest = 4;

/** Every property of a schema, those of inline objects included; schemas of their own are named, not written out. */
export function rowsOf(schema: Schema, prefix = "", depth = 0): readonly Row[] {
  if (depth > deepest) return [];
  const merged = schema.allOf ? mergedOf(schema.allOf) : schema;
  const rows: Row[] = [];
  for (const [name, property] of Object.entries(merged.properties ?? {})) {
    const inner = property.items ?? property;
    const path = `${prefix}${name}`;
    rows.push({
      name: path,
      type: typeOf(property),
      required: merged.required?.includes(name) ?? false,
      says: property.description ?? "",
    });
    if (inner.$ref === undefined)
      rows.push(...rowsOf(inner, `${path}${property.items ? "[]" : ""}.`, depth + 1));
  }
  return rows;
}

/** What an `allOf` writes down itself; the schemas it builds on are named by its type. */
function mergedOf(parts: readonly Schema[]): Schema {
  return {
    properties: Object.assign({}, ...parts.map(({ properties }) => properties ?? {})) as Readonly<
      Record<string, Schema>
    >,
    required: parts.flatMap(({ required = [] }) => required),
  };
}

/** A type as words; a part `#Name` is another schema's name. */
export function typeOf(schema: Schema): readonly string[] {
  const { $ref, items, enum: values, format, minimum, maximum } = schema;
  if ($ref !== undefined) return [`#${$ref.split("/").at(-1) ?? ""}`];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return joined(choices, " or ");
  if (schema.allOf) return joined(schema.allOf, " and ");
  if (items) return ["list of ", ...typeOf(items)];
  if (values) return [values.join(" | ")];
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  if (typeof schema.additionalProperties === "object")
    return ["object of ", ...typeOf(schema.additionalProperties)];
  const [type = "any"] = [schema.type].flat();
  const range =
    minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER
      ? ` ${minimum} to ${maximum}`
      : "";
  return [`${format ?? type}${range}`];
}

const joined = (schemas: readonly Schema[], word: string): readonly string[] =>
  schemas.flatMap((one, place) => (place === 0 ? typeOf(one) : [word, ...typeOf(one)]));
