// The catalogue of solutions: found by a word, drawn with a button.
import { plain } from "../site/combobox";

export interface CatalogueEvents {
  onDraw: (id: string) => void;
  onWrite: (id: string) => void;
}

export class Catalogue {
  private readonly families: HTMLDetailsElement[];
  private readonly open: boolean[];

  constructor(box: HTMLElement, filter: HTMLInputElement, events: CatalogueEvents) {
    this.families = [...box.querySelectorAll<HTMLDetailsElement>("[data-family]")];
    this.open = this.families.map((one) => one.open);
    box.addEventListener("click", (event) => {
      const target = event.target as HTMLElement;
      const draw = target.closest<HTMLElement>("[data-draw]")?.dataset["draw"];
      const write = target.closest<HTMLElement>("[data-write]")?.dataset["write"];
      if (draw) events.onDraw(draw);
      else if (write) events.onWrite(write);
    });
    filter.addEventListener("input", () => this.filter(filter.value));
  }

  private filter(typed: string): void {
    const words = plain(typed);
    let found = 0;
    for (const [number, family] of this.families.entries()) {
      let shown = 0;
      for (const choice of family.querySelectorAll<HTMLElement>("[data-choice]")) {
        choice.hidden = !plain(choice.textContent ?? "").includes(words);
        if (!choice.hidden) shown += 1;
      }
      family.hidden = shown === 0;
      family.open = words ? shown > 0 : this.open[number] ?? false;
      found += shown;
    }
    const line = document.querySelector<HTMLElement>("[data-filter-say]");
    if (line) line.textContent = words ? (found === 1 ? "Una soluzione." : `${found} soluzioni.`) : "";
  }
}
