// The ranking: one row per place, kept and moved rather than made again, so that it follows the hand.
import { Whisker } from "./charts";
import type { Result, Uncertainty } from "./engine";
import { written } from "./numbers";
import type { Explorer } from "./types";

interface Row {
  element: HTMLTableRowElement;
  place: HTMLElement;
  index: HTMLElement;
  swatch: SVGElement;
  whisker: Whisker;
}

export class Ranking {
  private readonly rows: Row[];

  constructor(private readonly body: HTMLElement, data: Explorer, onChoose: (unit: number) => void) {
    this.rows = data.luoghi.map((place, unit) => {
      const row = newRow(place.nome, data.luoghi.length);
      row.element.querySelector("button")?.addEventListener("click", () => onChoose(unit));
      return row;
    });
  }

  /** Writes ranks, indices and colours, and puts the rows in order. */
  show(result: Result, colours: (string | null)[]): void {
    this.rows.forEach((row, unit) => {
      row.place.textContent = String(result.rank[unit]);
      row.index.textContent = written(result.index[unit] ?? NaN, 2);
      row.swatch.firstElementChild?.setAttribute("fill", colours[unit] ?? "#ffffff");
    });
    const order = result.index.map((_one, unit) => unit).sort((a, b) => (result.rank[a] ?? 0) - (result.rank[b] ?? 0));
    const focused = document.activeElement;
    this.body.append(...order.flatMap((unit) => this.rows[unit]?.element ?? []));
    if (focused instanceof HTMLElement && this.body.contains(focused)) focused.focus({ preventScroll: true });
  }

  /** Draws where each place may stand. */
  showIntervals(result: Result, sure: Uncertainty): void {
    this.rows.forEach((row, unit) => row.whisker.set(result.rank[unit] ?? 1, sure.median[unit] ?? 1, sure.low[unit] ?? 1, sure.high[unit] ?? 1));
  }

  /** Marks the chosen place; null for none. */
  choose(unit: number | null, scroll: boolean): void {
    this.rows.forEach((row, at) => row.element.classList.toggle("chosen", at === unit));
    if (unit === null || !scroll) return;
    const [element, box] = [this.rows[unit]?.element, this.body.closest<HTMLElement>(".index-list")];
    if (element && box) box.scrollTop = element.offsetTop - box.clientHeight / 2;
  }
}

function newRow(name: string, count: number): Row {
  const element = document.createElement("tr");
  element.innerHTML = `<td class="figure-cell"></td><th scope="row"><span><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true" focusable="false"><rect width="10" height="10"/></svg><button type="button" class="link-button"></button></span></th><td class="figure-cell"></td><td class="whisker-cell"></td>`;
  const [place, , index, drawing] = Array.from(element.children) as HTMLElement[];
  const button = element.querySelector("button");
  if (button) button.textContent = name;
  const whisker = new Whisker(count);
  drawing?.append(whisker.element);
  return { element, place: place ?? element, index: index ?? element, swatch: element.querySelector("svg") as SVGElement, whisker };
}
