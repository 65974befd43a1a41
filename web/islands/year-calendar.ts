/**
 * One stop for Tab in a year of days: arrows go by day and week, Page Up and Page Down by month, Home and End to the first
 * and last day with posts. Without it every such day is a stop.
 */
class YearCalendar extends HTMLElement {
  connectedCallback(): void {
    const days = [...this.querySelectorAll<HTMLAnchorElement>("td a")].toSorted((a, b) =>
      dayOf(a).localeCompare(dayOf(b)),
    );
    const start = days.find((day) => day.ariaCurrent === "date") ?? days.at(-1);
    if (!start) return;
    for (const day of days) day.tabIndex = day === start ? 0 : -1;

    this.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const at = days.findIndex((day) => day === event.target);
      const here = days[at];
      if (!here) return;
      const to = days[goal(event.key, { days, at, here })];
      if (!to) return;
      event.preventDefault();
      here.tabIndex = -1;
      to.tabIndex = 0;
      to.focus();
    });
  }
}

interface Place {
  readonly days: readonly HTMLAnchorElement[];
  readonly at: number;
  readonly here: HTMLAnchorElement;
}

/** Where a key leads: the next day with posts at least so many days on, or back; -1 where it leads nowhere. */
function goal(key: string, { days, at, here }: Place): number {
  if (key === "Home") return 0;
  if (key === "End") return days.length - 1;
  const step = new Map([
    ["ArrowLeft", -1],
    ["ArrowRight", 1],
    ["ArrowUp", -7],
    ["ArrowDown", 7],
    ["PageUp", 30],
    ["PageDown", -30],
  ]).get(key);
  if (step === undefined) return -1;
  const aim = new Date(Date.parse(dayOf(here)) + step * 86_400_000).toISOString().slice(0, 10);
  if (step > 0) {
    const later = days.findIndex((day) => dayOf(day) >= aim);
    return later === -1 ? days.length - 1 : later;
  }
  const earlier = days.findLastIndex((day) => dayOf(day) <= aim);
  return earlier === -1 && at > 0 ? 0 : earlier;
}

const dayOf = (day: HTMLAnchorElement): string => new URL(day.href).searchParams.get("on") ?? "";

customElements.define("year-calendar", YearCalendar);
