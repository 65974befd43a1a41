/** The language of a text, ISO 639-1, when it is long enough to tell. */
export function languageOf(_text: string): string | undefined {
  return undefined;
}
