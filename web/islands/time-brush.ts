/**
 * A stretch of the timeline, drawn with the pointer or by keys, becomes the dates of the form: arrows move it, with Shift its
 * end alone, Enter takes it, Escape drops it. The form and the table do the same without.
 */
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
    /** Where the stretch was begun, and where it has got to. */
    let began: number | undefined;
    let reached = bars - 1;
    const bounded = (bar: number): number => Math.min(bars - 1, Math.max(0, bar));
    const stretch = (): readonly [number, number] => {
      const from = began ?? reached;
      return from < reached ? [from, reached] : [reached, from];
    };
    const tell = (): void => {
      const [from, to] = stretch();
      this.ariaValueNow = String(reached);
      this.ariaValueText = `${starts[from]} – ${starts[to + 1]}`;
    };
    const draw = (): void => {
      const [from, to] = stretch();
      drawn.setAttribute("x", `${(100 * from) / bars}%`);
      drawn.setAttribute("width", `${(100 * (to - from + 1)) / bars}%`);
      svg.append(drawn);
      tell();
    };
    const drop = (): void => {
      began = undefined;
      drawn.remove();
    };
    const take = (): void => {
      const [from, to] = stretch();
      began = undefined;
      const set = (name: string, value: string | undefined): void => {
        const input = form.elements.namedItem(name);
        if (input instanceof HTMLInputElement) input.value = value ?? "";
      };
      set("after", starts[from]);
      set("before", starts[to + 1]);
      form.requestSubmit();
    };
    const barAt = (event: PointerEvent): number => {
      const box = svg.getBoundingClientRect();
      return bounded(Math.floor(((event.clientX - box.left) / box.width) * bars));
    };

    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      reached = began = barAt(event);
      svg.setPointerCapture(event.pointerId);
      draw();
    });
    svg.addEventListener("pointermove", (event) => {
      if (began === undefined || !svg.hasPointerCapture(event.pointerId)) return;
      reached = barAt(event);
      draw();
    });
    svg.addEventListener("pointercancel", drop);
    svg.addEventListener("pointerup", () => {
      if (began !== undefined) take();
    });

    this.role = "slider";
    this.tabIndex = 0;
    this.ariaLabel = this.getAttribute("label");
    this.ariaValueMin = "0";
    this.ariaValueMax = String(bars - 1);
    tell();
    const steps = new Map<string, number>(
      Object.entries({
        ArrowLeft: -1,
        ArrowDown: -1,
        ArrowRight: 1,
        ArrowUp: 1,
        PageDown: -10,
        PageUp: 10,
        Home: -bars,
        End: bars,
      }),
    );
    this.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const step = steps.get(event.key);
      if (step !== undefined) {
        const first = began === undefined;
        reached = first && Math.abs(step) < bars ? reached : bounded(reached + step);
        if (first || !event.shiftKey) began = reached;
        draw();
      } else if (event.key === "Enter" && began !== undefined) take();
      else if (event.key === "Escape" && began !== undefined) drop();
      else return;
      event.preventDefault();
    });
  }
}

customElements.define("time-brush", TimeBrush);
