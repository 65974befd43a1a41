/** An address as one of the web, `undefined` when it is none (`tg:`, `mailto:`, a path): without a scheme it is http's, as on Telegram's pages. */
export function webAddress(written: string): string | undefined {
  const hasScheme = /^[a-z][a-z\d+-]*:/iu.test(written);
  const address = hasScheme ? written : `http://${written.replace(/^\/\//u, "")}`;
  if (!hasScheme && !/^(?:\/\/)?[^\s/?#.]+\.[^\s/?#]/u.test(written)) return undefined;
  return /^https?:/iu.test(address) && URL.canParse(address) ? address : undefined;
}
