// The solutions chosen from the catalogue, each with its quantity.
import { plain } from "../site/combobox";
import type { Changed } from "./answers";
import { readNumber, writeNumber } from "./numbers";
import type { GivenSolution } from "./types";

export class SolutionPicker {
  constructor(private readonly chosen: HTMLElement, private readonly catalogue: HTMLElement, private readonly changed: Changed) {
    chosen.addEventListener("input", () => changed(false));
    chosen.addEventListener("click", (event) => this.removed(event.target as HTMLElement));
    catalogue.addEventListener("click", (event) => this.added(event.target as HTMLElement));
    catalogue.querySelector<HTMLInputElement>("[data-filter]")?.addEventListener("input", (event) => this.filter((event.target as HTMLInputElement).value));
  }

  /** The solutions in the project; a quantity not yet written is null. */
  read(): GivenSolution[] {
    return this.rows().filter((row) => !row.hidden).map((row) => {
      const value = readNumber(this.quantity(row).value);
      return { id: row.dataset["solution"] ?? "", area_m2: value !== null && value >= 0 ? value : null };
    });
  }

  /** Shows saved solutions. */
  write(solutions: GivenSolution[]): void {
    for (const row of this.rows()) {
      const given = solutions.find((one) => one.id === row.dataset["solution"]);
      row.hidden = !given;
      this.quantity(row).value = given?.area_m2 === null || given === undefined ? "" : writeNumber(given.area_m2);
    }
    this.mark();
  }

  private added(target: HTMLElement): void {
    const id = target.closest<HTMLElement>("[data-add]")?.dataset["add"];
    const row = this.rows().find((one) => one.dataset["solution"] === id);
    if (!row) return;
    row.hidden = false;
    this.mark();
    this.quantity(row).focus();
    this.changed(true);
  }

  private removed(target: HTMLElement): void {
    if (!target.closest("[data-remove]")) return;
    const row = target.closest<HTMLElement>("[data-solution]");
    if (!row) return;
    row.hidden = true;
    this.quantity(row).value = "";
    this.mark();
    this.catalogue.querySelector<HTMLElement>("summary")?.focus();
    this.changed(true);
  }

  private filter(typed: string): void {
    const words = plain(typed);
    let found = 0;
    for (const family of this.catalogue.querySelectorAll<HTMLElement>("[data-family]")) {
      let shown = 0;
      for (const choice of family.querySelectorAll<HTMLElement>("[data-choice]")) {
        choice.hidden = !plain(choice.textContent ?? "").includes(words);
        if (!choice.hidden) shown += 1;
      }
      family.hidden = shown === 0;
      found += shown;
    }
    const line = this.catalogue.querySelector<HTMLElement>("[data-filter-say]");
    if (line) line.textContent = words ? (found === 1 ? "Una soluzione." : `${found} soluzioni.`) : "";
  }

  private mark(): void {
    const taken = new Set(this.rows().filter((row) => !row.hidden).map((row) => row.dataset["solution"]));
    for (const button of this.catalogue.querySelectorAll<HTMLButtonElement>("[data-add]")) {
      button.disabled = taken.has(button.dataset["add"]);
    }
  }

  private rows(): HTMLElement[] {
    return [...this.chosen.querySelectorAll<HTMLElement>("[data-solution]")];
  }

  private quantity(row: HTMLElement): HTMLInputElement {
    return row.querySelector("[data-quantity]") as HTMLInputElement;
  }
}
