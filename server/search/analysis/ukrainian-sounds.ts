/**
 * The words whose form this may be by changes of sound that no ending tells: towns in -ськ, short adjectives, short
 * endings of verbs, and roots that change. Only a dictionary can say which of them are words.
 */
export function* changedBases(word: string): Generator<string> {
  const town = /^(.+[сцз]ьк)(?:а|у|ом|ові|і)$/.exec(word)?.[1];
  if (town !== undefined) yield town;
  const quality = /^(.{2,})ен$/.exec(word)?.[1];
  if (quality !== undefined) yield* [`${quality}ний`, `${quality}ьний`, `${quality}ений`];
  yield* rootBases(word);
}

/** The long spelling of a verb's form: «станемо» of «станем», «стати» of «стать», «хотілося» of «хотілось». */
export function longForm(word: string): string | undefined {
  if (/.{3}сь$/.test(word)) return word.replace(/сь$/, "ся");
  if (/.{2}[еєиії]м(?:ся)?$/.test(word)) return word.replace(/м(ся)?$/, "мо$1");
  if (/.{2}[аиіїуюя]ть$/.test(word)) return word.replace(/ь$/, "и");
  return undefined;
}

/** «беру» of «брати», «відженуть» of «відігнати», «зіб'є» of «збити», «помре» of «померти». */
function* rootBases(word: string): Generator<string> {
  const active = word.replace(/с[ья]$/, "");
  const self = active === word ? "" : "ся";
  const [, prefix, root] = bent.exec(active) ?? short.exec(active) ?? [];
  if (prefix === undefined || root === undefined) return;
  for (const infinitive of roots.get(root) ?? [`${root}ити`]) {
    for (const before of prefixes(prefix)) yield before + infinitive + self;
  }
}

/** A prefix takes an «і» before some roots and not before others: «зіб'ю» and «збити», «зберу» and «зібрати». */
function prefixes(written: string): readonly string[] {
  return written.endsWith("і") ? [written, written.slice(0, -1)] : [written, `${written}і`];
}

/** Roots of the present and the infinitives they belong to. */
const roots: ReadonlyMap<string, readonly string[]> = new Map(
  `бер брати, пер прати, дер драти, стел слати, шл слати, жен гнати, зв звати, зов звати, жд ждати, рв рвати, тр терти,
   мр мерти, пр перти, жр жерти, стан стати, жив жити, плив пливти плисти, йд йти, їд їхати`
    .split(",")
    .map((line) => {
      const [root, ...infinitives] = line.trim().split(" ");
      return [root!, infinitives];
    }),
);
const bent = new RegExp(
  `^(.*?)(${[...roots.keys()].join("|")})(?:у|еш|е|ем|емо|ете|еть|уть|и|ім|імо|іть|ь|ьмо|ьте)$`,
);
/** Verbs of one syllable in -ити: «б'ю», «ллєш», «шиють». */
const short = /^(.*?)([бпвлш])(?:'|л|ь|и)(?:ю|єш|є|єм|ємо|єте|єть|ють|й|ймо|йте)$/;
