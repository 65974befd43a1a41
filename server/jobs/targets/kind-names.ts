/** Every kind of target, by its name; apart from what each does, so that help need not load it. */
export const kindNames = [
  "webhook",
  "ntfy",
  "telegram",
  "slack",
  "discord",
  "matrix",
  "email",
] as const;
export type KindName = (typeof kindNames)[number];
