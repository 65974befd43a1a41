import type { ArchivedPost } from "../../server/archive/posts/archived-post.ts";
import { seeded } from "../server/search/analysis/sample-lexemes.ts";
import { englishWords, russianForms, shuffled } from "../server/search/dictionary-words.ts";
import { makePost } from "../server/search/engines/contract/make-post.ts";
import { judgedQueries, ukrainianFiller, type JudgedQuery, type Tongue } from "./judged-queries.ts";

/** How much a post is worth to a query: 3 is what was looked for, 0 (or absent) is not. */
export type Grades = ReadonlyMap<number, number>;

/** A post that answers a query, by how it is written. `first` stands on a line of its own. */
interface Plant {
  readonly query: JudgedQuery;
  readonly grade: number;
  readonly first?: string;
  /** Pieces of the body, with so many other words between. */
  readonly body?: readonly string[];
  readonly between?: number;
  /** Other words of the body, in all. */
  readonly length: number;
}

const seed = 20261127;
const posts = 5_000;
const short = 30;
const long = 60;
/** In so many of the other posts words of the queries stand by chance, each alone. */
const byChance = 0.6;

/** Posts made from a seed, and for each query the grades its planted posts were given. */
export function judgedPosts(): {
  readonly posts: readonly ArchivedPost[];
  readonly grades: ReadonlyMap<JudgedQuery, Grades>;
} {
  const random = seeded(seed);
  const filler = new Filler(random);
  const plants: (Plant | undefined)[] = judgedQueries.flatMap(plantsOf);
  while (plants.length < posts) plants.push(undefined);
  const grades = new Map<JudgedQuery, Map<number, number>>(
    judgedQueries.map((query) => [query, new Map()]),
  );
  const made = shuffled(plants, random).map((plant, i) => {
    if (plant !== undefined) grades.get(plant.query)!.set(i + 1, plant.grade);
    return makePost(i + 1, { text: plant === undefined ? filler.post() : filler.around(plant) });
  });
  return { posts: made, grades };
}

/** What stands on the first line is about it; words side by side mean more than words that are only near, or apart. */
function plantsOf(query: JudgedQuery): readonly Plant[] {
  const twice = (plant: Omit<Plant, "query">): readonly Plant[] => [
    { query, ...plant },
    { query, ...plant, length: plant.length + 10 },
  ];
  if (query.kind === "name") {
    const [alike, more] = query.common as [string, string];
    const man = `${query.typed} ${sayings[query.tongue]}`;
    return [
      ...twice({ grade: 3, first: man, length: short }),
      ...twice({ grade: 2, body: [man], length: short }),
      ...twice({ grade: 0, first: alike, length: short }),
      ...twice({ grade: 0, body: [alike], length: short }),
      ...twice({ grade: 0, body: [alike, more, alike], length: short }),
    ];
  }
  const { typed, bent } = query;
  if (query.kind === "word") {
    return [
      ...twice({ grade: 3, first: typed, length: long }),
      ...twice({ grade: 2, first: bent, length: long }),
      ...twice({ grade: 2, body: [typed], length: long }),
      ...twice({ grade: 1, body: [bent], length: short }),
      ...twice({ grade: 1, body: [bent, bent, bent, bent], length: long }),
    ];
  }
  const apart = typed.split(" ");
  const [first, ...others] = apart as [string, ...string[]];
  return [
    ...twice({ grade: 3, first: typed, length: long }),
    ...twice({ grade: 2, first: bent, length: long }),
    ...twice({ grade: 2, body: [typed], length: long }),
    ...twice({ grade: 1, body: apart, between: 2, length: long }),
    ...twice({ grade: 0, body: apart, between: 20, length: short }),
    ...twice({ grade: 0, body: [...repeated(first), ...others], between: 3, length: short }),
  ];
}

const sayings: Readonly<Record<Tongue, string>> = {
  ru: "ответил на вопросы",
  en: "answered the questions",
  uk: "відповів на запитання",
};

const repeated = (word: string): readonly string[] => Array.from({ length: 12 }, () => word);

/** Words of dictionaries as sentences, common ones often. */
class Filler {
  readonly #random: () => number;
  readonly #lists: Readonly<Record<Tongue, readonly string[]>>;
  readonly #chance: Readonly<Record<Tongue, readonly string[]>>;

  constructor(random: () => number) {
    this.#random = random;
    this.#lists = {
      ru: shuffled(russianForms(5_000, random), random),
      en: englishWords(5_000, random),
      uk: ukrainianFiller,
    };
    this.#chance = { ru: asked("ru"), en: asked("en"), uk: asked("uk") };
  }

  post(): string {
    const share = this.#random();
    const tongue = share < 0.6 ? "ru" : share < 0.85 ? "en" : "uk";
    const words = this.#words(tongue, 20 + Math.floor(60 * this.#random()));
    if (this.#random() < byChance) {
      const list = this.#chance[tongue];
      for (let i = 0; i < 2; i++)
        words.splice(this.#below(words.length), 0, list[this.#below(list.length)]!);
    }
    return this.#sentences(words, this.#random() < 0.5);
  }

  around({ query: { tongue }, first, body = [], between = 0, length }: Plant): string {
    const before = this.#words(tongue, 10 + this.#below(Math.max(1, length - 10)));
    const pieces = body.flatMap((piece, i) => [
      ...(i === 0 ? [] : this.#words(tongue, between)),
      piece,
    ]);
    const after = this.#words(tongue, Math.max(0, length - before.length));
    const text = this.#sentences([...before, ...pieces, ...after], first === undefined);
    return first === undefined ? text : `${capitalized(first)}\n\n${text}`;
  }

  #words(tongue: Tongue, count: number): string[] {
    const list = this.#lists[tongue];
    return Array.from(
      { length: count },
      () => list[Math.floor(list.length ** this.#random()) - 1]!,
    );
  }

  #below(count: number): number {
    return Math.floor(count * this.#random());
  }

  /** The first of them may be a line of its own. */
  #sentences(words: readonly string[], withLine: boolean): string {
    const sentences: string[] = [];
    for (let i = 0; i < words.length;) {
      const end = i + 6 + this.#below(8);
      sentences.push(`${capitalized(words.slice(i, end).join(" "))}.`);
      i = end;
    }
    const [first = "", ...rest] = sentences;
    return `${first}${withLine ? "\n\n" : " "}${rest.join(" ")}`.trim();
  }
}

function asked(tongue: Tongue): readonly string[] {
  return judgedQueries.flatMap((query) =>
    query.tongue === tongue && query.kind === "words"
      ? `${query.typed} ${query.bent}`.split(" ")
      : [],
  );
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
