/** From a post to the ones beside it: `j` and `k` as in a list of hits, and a finger that is drawn across the post. */
class HitTrail extends HTMLElement {
  connectedCallback(): void {
    const follow = (rel: "next" | "prev"): void => {
      this.querySelector<HTMLAnchorElement>(`a[rel=${rel}]`)?.click();
    };
    document.addEventListener("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
      if (ctrlKey || metaKey || altKey || document.querySelector("dialog[open]")) return;
      if (target instanceof Element && target.closest("input, textarea, select")) return;
      if (key === "j") follow("next");
      else if (key === "k") follow("prev");
    });

    const post = document.querySelector<HTMLElement>(".entry.whole");
    let from: Touch | undefined;
    post?.addEventListener(
      "touchstart",
      ({ touches }) => {
        from = touches.length === 1 ? touches[0] : undefined;
      },
      { passive: true },
    );
    post?.addEventListener("touchend", ({ changedTouches }) => {
      const [to] = changedTouches;
      if (!from || !to || document.querySelector("dialog[open]")) return;
      const [across, down] = [to.clientX - from.clientX, to.clientY - from.clientY];
      if (Math.abs(across) < farPx || Math.abs(down) > Math.abs(across) / 2) return;
      const isTurned = getComputedStyle(this).direction === "rtl";
      follow(across < 0 === isTurned ? "prev" : "next");
    });
  }
}

/** Less is a finger that trembled. */
const farPx = 80;

customElements.define("hit-trail", HitTrail);
