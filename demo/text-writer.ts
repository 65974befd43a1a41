import type { Entity, EntityType } from "../scraper/post.ts";

/** Text written piece by piece, with the marks on its pieces. */
export class TextWriter {
  #text = "";
  readonly #entities: Entity[] = [];

  get text(): string {
    return this.#text;
  }

  /** Outer marks first, as they stand on a page. */
  get entities(): readonly Entity[] {
    return this.#entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  }

  add(text: string): this {
    this.#text += text;
    return this;
  }

  /** Marks all that `write` adds. */
  within(
    mark: { readonly type: EntityType } & Partial<Entity>,
    write: (writer: this) => void,
  ): this {
    const offset = this.#text.length;
    const place = this.#entities.length;
    write(this);
    this.#entities.splice(place, 0, { ...mark, offset, length: this.#text.length - offset });
    return this;
  }

  mark(type: EntityType, text: string, more: Partial<Entity> = {}): this {
    return this.within({ type, ...more }, (writer) => writer.add(text));
  }
}
