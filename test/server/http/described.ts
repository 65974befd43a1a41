import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** What of a JSON Schema is looked into here. */
interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}
type Merged = Omit<Schema, "$ref" | "allOf">;
type Content = Readonly<Record<string, { readonly schema: Schema }>>;

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
  readonly security?: readonly object[];
}

export interface ApiDescription {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks: Readonly<Record<string, { readonly post: Operation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The document of the API as a judge: which operation an address is, and whether a body is what is described. */
export class Described {
  readonly #document: ApiDescription;
  readonly #ajv = new Ajv2020({ strict: false });
  readonly #checks = new Map<Schema, ValidateFunction>();
  readonly #paths: readonly { readonly path: string; readonly shape: RegExp }[];

  constructor(document: ApiDescription) {
    this.#document = document;
    this.#ajv.addFormat("date-time", isInstant);
    this.#ajv.addFormat("date", /^\d{4}-\d\d-\d\d$/);
    this.#ajv.addFormat("binary", true);
    // What is written out comes before a parameter: `/schedules/plan` is no id.
    this.#paths = Object.keys(document.paths)
      .toSorted((a, b) => a.split("{").length - b.split("{").length)
      .map((path) => ({ path, shape: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`) }));
  }

  /** The operation that a request asks for; HEAD is GET without its body. */
  operation(method: string, path: string): Operation | undefined {
    const verb = (method === "HEAD" ? "get" : method).toLowerCase();
    const found = this.#paths.find(({ path: one, shape }) => {
      const item = this.#document.paths[one];
      return shape.test(path) && item !== undefined && Object.hasOwn(item, verb);
    });
    return found && this.#document.paths[found.path]?.[verb];
  }

  /** The message of this type to a webhook. */
  message(type: string): Operation | undefined {
    return this.#document.webhooks[type]?.post;
  }

  /** What is wrong with a JSON value, as the schema has it; keys it does not know are wrong. */
  faults(schema: Schema, value: unknown): readonly string[] {
    const check = this.#checks.get(schema) ?? this.#ajv.compile(this.#closed(schema));
    this.#checks.set(schema, check);
    if (check(value)) return [];
    return (check.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  /** The same schema written out, with objects that have the keys they name and no other. */
  #closed(schema: Schema): Schema {
    const { anyOf, oneOf, items, properties, additionalProperties, ...rest } = this.#merged(schema);
    const closedAll = (some: readonly Schema[]): readonly Schema[] =>
      some.map((one) => this.#closed(one));
    return {
      ...rest,
      ...(anyOf && { anyOf: closedAll(anyOf) }),
      ...(oneOf && { oneOf: closedAll(oneOf) }),
      ...(items && { items: this.#closed(items) }),
      ...(properties && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([key, one]) => [key, this.#closed(one)]),
        ),
      }),
      ...(typeof additionalProperties === "object"
        ? { additionalProperties: this.#closed(additionalProperties) }
        : (properties ?? additionalProperties === false) && { additionalProperties: false }),
    };
  }

  /** A schema with what it refers to and what it is made of, in one. */
  #merged(schema: Schema): Merged {
    const { $ref, allOf = [], ...own } = schema;
    const name = $ref?.replace("#/components/schemas/", "");
    const parts = [
      ...(name === undefined ? [] : [this.#document.components.schemas[name] ?? missing(name)]),
      ...allOf,
    ].map((part) => this.#merged(part));
    const all = [...parts, own];
    const whole: Merged = Object.assign({}, ...all);
    if (whole.properties === undefined) return whole;
    return {
      ...whole,
      properties: Object.assign({}, ...all.map(({ properties }) => properties)),
      required: [...new Set(all.flatMap(({ required = [] }) => required))],
    };
  }
}

const isInstant = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text));

function missing(name: string): never {
  throw new Error(`The document refers to ${name}, which it does not have.`);
}
