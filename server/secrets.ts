/** What looks like a secret of ours wherever it stands: keys, secrets of webhooks, cookies, `Authorization`, `key=`. */
const shapes = [
  /\bbs_[A-Za-z0-9]{20,}/g,
  /\bwhsec_[\w+/=-]{8,}/g,
  /\b(?<=Bearer )[^\s"\\]+/gi,
  /(?<=\b(?:__Host-)?backscroll=)[\w-]{20,}/g,
  /(?<=[?&;](?:key|token|secret|password)=)[^\s&"\\]+/gi,
  /(?<=\/\/[^/\s:@"]{0,200}:)[^/\s@"]+(?=@)/g,
];
const hidden = "[redacted]";
const shortest = 6;

/** Takes secrets out of text before it is written anywhere: those known by value, and all that looks like one. */
export function withoutSecrets(text: string, known: readonly string[] = []): string {
  let clean = text;
  for (const one of known) {
    if (one.length < shortest) continue;
    clean = clean.replaceAll(one, hidden);
    const inJson = JSON.stringify(one).slice(1, -1);
    if (inJson !== one) clean = clean.replaceAll(inJson, hidden);
  }
  return shapes.reduce((said, shape) => said.replaceAll(shape, hidden), clean);
}
