import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One stage of the image's making, as far as tests look at it. */
export interface Stage {
  readonly name: string;
  readonly copies: readonly Copy[];
  readonly runs: readonly string[];
  readonly text: string;
}

interface Copy {
  /** The stage the files come from; undefined is the checkout. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly to: string;
}

/** The stages of the Dockerfile, in order; the last one, which has no name, is the image. */
export function readStages(root: string): readonly Stage[] {
  const text = readFileSync(join(root, "Dockerfile"), "utf8")
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "");
  return text
    .split(/^(?=FROM )/m)
    .filter((part) => part.startsWith("FROM "))
    .map((part) => ({
      name: / AS (\w+)$/m.exec(part)?.[1] ?? "",
      copies: [...part.matchAll(/^COPY (.+)$/gm)].map(([, words = ""]) => copyOf(words)),
      runs: [...part.matchAll(/^RUN (.+)$/gm)].map(([, command = ""]) => command),
      text: part,
    }));
}

function copyOf(words: string): Copy {
  const all = words.split(" ");
  const from = all.find((word) => word.startsWith("--from="))?.slice("--from=".length);
  const paths = all.filter((word) => !word.startsWith("--"));
  return { from, sources: paths.slice(0, -1), to: paths.at(-1) ?? "" };
}
