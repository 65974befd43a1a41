/** The kind of a service post by its sentence, where it is one Telegram is known to write. */
export function serviceWords(text: string): string | undefined {
  return serviceSentences.find(([sentence]) => sentence.test(text))?.[1];
}

const serviceSentences: readonly (readonly [RegExp, string])[] = [
  [/^Channel created/u, "created"],
  [/^Channel name was changed/u, "renamed"],
  [/^Channel photo/u, "photo"],
  [/ pinned /u, "pinned"],
  [/^(?:Live stream|Video chat|Voice chat) (?:started|ended|finished|scheduled)/u, "other"],
];
