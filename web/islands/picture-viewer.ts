/**
 * Pictures of the page open in a dialog: arrows go to the next and the previous one, `+` or a click shows it at its own
 * size, Escape closes, and focus comes back to the picture. Without it a link to a picture opens the file.
 */
class PictureViewer extends HTMLElement {
  connectedCallback(): void {
    const dialog = this.querySelector("dialog");
    const stage = this.querySelector(".stage");
    if (!dialog || !stage) return;
    const picture = document.createElement("img");
    const part = (name: string): HTMLElement | null => dialog.querySelector(`[data-${name}]`);
    let shots: HTMLAnchorElement[] = [];
    let at = 0;

    const zoom = (isLarge: boolean): void => {
      dialog.classList.toggle("zoomed", isLarge);
      part("zoom")?.setAttribute("aria-pressed", String(isLarge));
    };
    const show = (place: number): void => {
      at = (place + shots.length) % shots.length;
      const shot = shots[at];
      const image = shot?.querySelector("img");
      if (!shot || !image) return;
      zoom(false);
      stage.prepend(picture);
      picture.src = shot.href;
      picture.alt = image.alt;
      dialog.ariaLabel = image.alt;
      const count = part("count");
      if (count)
        count.textContent = (this.getAttribute("count") ?? "")
          .replace("{place}", String(at + 1))
          .replace("{all}", String(shots.length));
      part("file")?.setAttribute("href", shot.href);
      const post = part("post");
      const shelf = shot.closest("article")?.querySelector<HTMLAnchorElement>(".shelf");
      const address = shot.dataset.post ?? shelf?.href;
      if (post && address !== undefined) {
        post.setAttribute("href", address);
        post.textContent = shelf?.textContent ?? new URL(address, location.href).pathname.slice(3);
      }
      for (const button of dialog.querySelectorAll<HTMLElement>("[data-step]"))
        button.hidden = shots.length < 2;
    };

    document.addEventListener("click", (event) => {
      if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey)
        return;
      const shot = event.target.closest<HTMLAnchorElement>('a.shot[href^="/media/"]');
      if (!shot) return;
      event.preventDefault();
      shots = [...document.querySelectorAll<HTMLAnchorElement>('a.shot[href^="/media/"]')];
      show(shots.indexOf(shot));
      dialog.showModal();
    });
    dialog.addEventListener("click", (event) => {
      if (!(event.target instanceof Element)) return;
      const step = event.target.closest<HTMLElement>("[data-step]")?.dataset.step;
      if (step !== undefined) show(at + Number(step));
      else if (event.target.closest("[data-close]")) dialog.close();
      else if (event.target === picture || event.target.closest("[data-zoom]"))
        zoom(!dialog.classList.contains("zoomed"));
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const isTurned = getComputedStyle(dialog).direction === "rtl";
      if (event.key === "ArrowRight") show(at + (isTurned ? -1 : 1));
      else if (event.key === "ArrowLeft") show(at - (isTurned ? -1 : 1));
      else if (event.key === "+" || event.key === "-") zoom(event.key === "+");
      else return;
      event.preventDefault();
    });
    dialog.addEventListener("close", () => {
      picture.removeAttribute("src");
      shots[at]?.focus();
    });
  }
}

customElements.define("picture-viewer", PictureViewer);
