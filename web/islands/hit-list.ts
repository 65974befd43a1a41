/** `j` and `k` along the hits of a list, from the one that is gone to; who comes back to the list is where they left it. */
class HitList extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("keydown", this.#travel);
    window.addEventListener("pageshow", this.#comeBack);
    this.addEventListener("click", keepPlace);
    this.#goBack();
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#travel);
    window.removeEventListener("pageshow", this.#comeBack);
  }

  get #links(): readonly HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(hitLinks)];
  }

  readonly #travel = (event: KeyboardEvent): void => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (target instanceof Element && target.closest("input, textarea, select")) return;
    if (key !== "j" && key !== "k") return;
    const links = this.#links;
    const hit = document.activeElement?.closest(hits) ?? document.getElementById(place());
    const here = links.findIndex((link) => link.closest(hits) === hit);
    links[key === "j" ? Math.min(here + 1, links.length - 1) : Math.max(here - 1, 0)]?.focus();
    event.preventDefault();
  };

  /** A page that the browser kept whole may have lost only its focus. */
  readonly #comeBack = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.#goBack();
  };

  /** The page stays where it is: the browser has scrolled it. */
  #goBack(): void {
    const left = place();
    if (left === "") return;
    const link = this.#links.find((one) => one.closest(hits)?.id === left);
    link?.focus({ preventScroll: true });
  }
}

/** What is a hit, or one line of it, in each view, and the link by which it is gone to. */
const hits = ".feed > li, .kwic > li, .dense tr, .grid > li";
const hitLinks =
  ".entry-head > .shelf, .kw-where > a:first-child, .dense .said > a:first-child, .grid .shot";

/** With the entry of the browser's history, so that it is there after a reload and on the way back. */
function keepPlace({ target }: Event): void {
  if (!(target instanceof Element) || !target.closest("a")) return;
  const hit = target.closest(hits)?.id;
  if (hit) history.replaceState({ hit }, "");
}

/** The hit that was left, else the one that the address names; to go to the latter takes the focus away in some browsers. */
function place(): string {
  const kept = history.state as { readonly hit?: string } | null;
  return kept?.hit ?? location.hash.slice(1);
}

customElements.define("hit-list", HitList);
