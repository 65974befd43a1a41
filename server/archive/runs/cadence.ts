/** What is written of a cadence beside its kind: a text. */
interface Field {
  readonly name: string;
  readonly says: string;
  readonly example: string;
  /** What it is where it is left out; without it, it must be written. */
  readonly otherwise?: string;
}
interface Spec {
  readonly says: string;
  readonly fields: readonly Field[];
}

/** The ways to say when a channel is due. When that is stands in `jobs/cadence.ts`. */
const cadences = {
  adaptive: { says: "as often as the channel's own pace suggests", fields: [] },
  cron: {
    says: "by the clock of a zone",
    fields: [
      {
        name: "expression",
        says: "minute, hour, day, month, weekday",
        example: "0 */2 * * *",
      },
      {
        name: "timezone",
        says: "the zone of the clock",
        example: "Europe/Berlin",
        otherwise: "UTC",
      },
    ],
  },
} as const satisfies Readonly<Record<string, Spec>>;
type Cadences = typeof cadences;

export type CadenceKind = keyof Cadences;
export const cadenceKinds = Object.keys(cadences) as readonly CadenceKind[];

/** When a channel is due, as it is kept: `{kind: "cron", expression, timezone}` or `{kind: "adaptive"}`. */
export type Cadence = {
  [Kind in CadenceKind]: { readonly kind: Kind } & {
    readonly [Name in Cadences[Kind]["fields"][number]["name"]]: string;
  };
}[CadenceKind];

/** The cadence of one kind. */
export type CadenceOf<Kind extends CadenceKind> = Extract<Cadence, { readonly kind: Kind }>;

export interface CadenceField extends Field {
  readonly name: Cadences[CadenceKind]["fields"][number]["name"];
}

export const cadenceSays = (kind: CadenceKind): string => cadences[kind].says;
export const fieldsOf = (kind: CadenceKind): readonly CadenceField[] => cadences[kind].fields;

/** Of what was typed for its fields, trimmed; what is empty is what it is otherwise. */
export function cadenceOf(
  kind: CadenceKind,
  typed: (field: CadenceField["name"]) => string | undefined,
): Cadence {
  const fields = fieldsOf(kind).map(({ name, otherwise = "" }) => [
    name,
    typed(name)?.trim() || otherwise,
  ]);
  return { kind, ...Object.fromEntries(fields) } as Cadence;
}
