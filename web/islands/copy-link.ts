/** A button that copies this page's address, or the text of the element that `of` names; without script there is none. */
class CopyLink extends HTMLElement {
  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    const button = document.createElement("button");
    button.className = "btn";
    button.type = "button";
    const label = this.getAttribute("label") ?? "";
    button.textContent = label;
    const said = document.createElement("span");
    said.className = "only-read";
    said.role = "status";
    button.addEventListener("click", () => {
      void copy();
    });
    const copy = async (): Promise<void> => {
      const of = this.getAttribute("of");
      const text = of === null ? location.href : document.querySelector(`#${of}`)?.textContent;
      await navigator.clipboard.writeText(text ?? "");
      said.textContent = this.getAttribute("done");
      button.textContent = this.getAttribute("done");
    };
    this.append(button, said);
  }
}

customElements.define("copy-link", CopyLink);
