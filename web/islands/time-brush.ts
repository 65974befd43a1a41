/** A stretch of the timeline drawn with the pointer becomes the dates of the form; the form and the table do the same by keyboard. */
class TimeBrush extends HTMLElement {
  connectedCallback(): void {
    const svg = this.querySelector("svg");
    const starts = (this.getAttribute("starts") ?? "").split(",");
    const form = document.querySelector<HTMLFormElement>(".timeline-foot form");
    if (!svg || !form || starts.length < 2) return;
    const drawn = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    drawn.setAttribute("class", "c-brush");
    drawn.setAttribute("y", "18");
    drawn.setAttribute("height", "92");
    const bars = starts.length - 1;
    let began: number | undefined;
    const barAt = (event: PointerEvent): number => {
      const box = svg.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      return Math.min(bars - 1, Math.max(0, Math.floor(share * bars)));
    };
    const stretch = (event: PointerEvent): readonly [number, number] => {
      const here = barAt(event);
      const from = began ?? here;
      return from < here ? [from, here] : [here, from];
    };
    const draw = (event: PointerEvent): void => {
      const [from, to] = stretch(event);
      drawn.setAttribute("x", `${(100 * from) / bars}%`);
      drawn.setAttribute("width", `${(100 * (to - from + 1)) / bars}%`);
    };
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      began = barAt(event);
      svg.setPointerCapture(event.pointerId);
      svg.append(drawn);
      draw(event);
    });
    svg.addEventListener("pointermove", (event) => {
      if (began !== undefined) draw(event);
    });
    svg.addEventListener("pointercancel", () => {
      began = undefined;
      drawn.remove();
    });
    svg.addEventListener("pointerup", (event) => {
      if (began === undefined) return;
      const [from, to] = stretch(event);
      began = undefined;
      const set = (name: string, value: string | undefined): void => {
        const input = form.elements.namedItem(name);
        if (input instanceof HTMLInputElement) input.value = value ?? "";
      };
      set("after", starts[from]);
      set("before", starts[to + 1]);
      form.requestSubmit();
    });
  }
}

customElements.define("time-brush", TimeBrush);
