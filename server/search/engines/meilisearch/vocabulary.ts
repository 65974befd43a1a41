import type { Index } from "meilisearch";
import type { NearWord } from "../../suggestions/correction.ts";
import { isSpellable, NearForms } from "../embedded/spelling.ts";
import type { WordNode } from "../../query/tree.ts";
import type { IndexMeta } from "./meta.ts";

/** How many documents of words are read at a time. */
const atATime = 1000;

/**
 * All forms of an index, for words typed wrong: kept in the index in documents of their own, written with the posts
 * that brought them, read once and then followed.
 */
export class Vocabulary {
  #birth: string | undefined;
  #seq = 0;
  #known = new Set<string>();
  #near = new NearForms();

  /** Reads what the index learnt since the last call, or all of another index. */
  async follow(index: Index, { birth, position }: IndexMeta): Promise<void> {
    if (birth !== this.#birth) {
      this.#birth = birth;
      this.#seq = 0;
      this.#known = new Set();
      this.#near = new NearForms();
    }
    while (this.#seq < position) {
      const { results } = await index.getDocuments({
        filter: `kind = words AND seq > ${this.#seq}`,
        fields: ["seq", "words"],
        sort: ["seq:asc"],
        limit: atATime,
      });
      for (const { words } of results) this.#learn(String(words).split(" "));
      this.#seq = results.length < atATime ? position : Number(results.at(-1)!["seq"]);
    }
  }

  /** Those worth remembering that the index does not have yet. */
  unknown(forms: Iterable<string>): readonly string[] {
    return [...forms].filter((form) => isSpellable(form) && !this.#known.has(form));
  }

  near(form: string, most?: number): readonly NearWord[] {
    return this.#near.near(form, most);
  }

  /** Those that a word with `*` stands for. @throws QuerySyntaxError when they are too many */
  matching(node: WordNode): readonly string[] {
    return this.#near.matching(node);
  }

  #learn(forms: readonly string[]): void {
    for (const form of forms) {
      if (form === "" || this.#known.has(form)) continue;
      this.#known.add(form);
      this.#near.add(form);
    }
  }
}
