/** The same object without its absent parts: absent is a key that is not there. */
export function defined<T extends object>(parts: T): Defined<T> {
  const kept: Record<string, unknown> = {};
  for (const key in parts) if (parts[key] !== undefined) kept[key] = parts[key];
  return kept as Defined<T>;
}

type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
