// The surfaces before and after: estimated by the server until a person writes one of them.
import type { Changed } from "./answers";
import { readNumber, sayNumber, writeNumber } from "./numbers";
import type { Result, Surfaces } from "./types";

type Column = "stato_attuale" | "progetto";
const COLUMNS: Column[] = ["stato_attuale", "progetto"];

export class SurfaceTable {
  private readonly declared = new Set<Column>();
  private area_m2: number | null = null;
  private all = false;
  private readonly toggle = document.querySelector<HTMLButtonElement>("[data-all-surfaces]");

  constructor(private readonly table: HTMLElement, private readonly tolerance: number, private readonly changed: Changed) {
    table.addEventListener("input", (event) => this.edited(event.target as HTMLInputElement));
    for (const button of table.querySelectorAll<HTMLButtonElement>("[data-estimate]")) {
      button.addEventListener("click", () => this.backToEstimate(button.dataset["estimate"] as Column));
    }
    this.toggle?.addEventListener("click", () => {
      this.all = !this.all;
      this.showRows();
    });
    this.showRows();
  }

  /** The surfaces a person declared, or null where they are to be estimated. */
  read(column: Column): Surfaces | null {
    if (!this.declared.has(column)) return null;
    const found: Surfaces = {};
    for (const input of this.cells(column)) {
      const value = readNumber(input.value);
      if (value !== null && value > 0) found[this.surfaceOf(input)] = value;
    }
    return Object.keys(found).length > 0 ? found : null;
  }

  /** Shows declared surfaces. */
  write(column: Column, surfaces: Surfaces | null): void {
    if (!surfaces) return;
    this.declared.add(column);
    this.fill(column, surfaces);
    this.tell(column);
  }

  /** Shows the estimates of a result where nothing was declared, and the sums against the area. */
  show(result: Result | null): void {
    this.area_m2 = result?.area_m2 ?? null;
    for (const column of COLUMNS) {
      if (result && !this.declared.has(column)) this.fill(column, result.superfici[column].m2);
      this.tell(column);
    }
    this.showRows();
  }

  private edited(input: HTMLInputElement): void {
    const column = input.dataset["column"] as Column | undefined;
    if (!column) return;
    this.declared.add(column);
    this.tell(column);
    this.changed(false);
  }

  private backToEstimate(column: Column): void {
    this.declared.delete(column);
    this.tell(column);
    this.changed(true);
  }

  private fill(column: Column, surfaces: Surfaces): void {
    for (const input of this.cells(column)) {
      if (input === document.activeElement) continue;
      const value = surfaces[this.surfaceOf(input)];
      input.value = value === undefined ? "" : writeNumber(Math.round(value * 10) / 10);
    }
  }

  private tell(column: Column): void {
    const estimated = !this.declared.has(column);
    for (const input of this.cells(column)) {
      input.classList.toggle("is-estimated", estimated && input.value !== "");
      const wrong = input.value.trim() !== "" && (readNumber(input.value) ?? -1) < 0;
      input.setAttribute("aria-invalid", String(wrong));
    }
    const button = this.table.querySelector<HTMLElement>(`[data-estimate="${column}"]`);
    if (button) button.hidden = estimated;
    const line = this.table.querySelector<HTMLElement>(`[data-sum="${column}"]`);
    if (line) this.tellSum(line, column, estimated);
  }

  private tellSum(line: HTMLElement, column: Column, estimated: boolean): void {
    const total = this.cells(column).reduce((sum, input) => sum + (readNumber(input.value) ?? 0), 0);
    const apart = this.area_m2 === null ? 0 : total - this.area_m2;
    const wrong = this.area_m2 !== null && !estimated && Math.abs(apart) > this.tolerance * this.area_m2;
    const over = wrong ? ` (${apart > 0 ? "+" : "−"}${sayNumber(Math.abs(apart))} rispetto all'area)` : "";
    line.textContent = total > 0 ? `${sayNumber(total)} m²${over}${estimated ? ", stimato" : ""}` : "";
    line.classList.toggle("is-wrong", wrong);
  }

  /** Rows without anything stay folded away until asked for. */
  private showRows(): void {
    let hidden = 0;
    for (const row of this.table.querySelectorAll<HTMLElement>("[data-surface]")) {
      const used = [...row.querySelectorAll("input")].some((input) => input.value.trim() !== "");
      row.hidden = !used && !this.all;
      if (!used) hidden += 1;
    }
    if (!this.toggle) return;
    this.toggle.hidden = hidden === 0;
    this.toggle.textContent = this.all ? "Nascondi le superfici vuote" : "Mostra tutte le superfici";
    this.toggle.setAttribute("aria-expanded", String(this.all));
  }

  private cells(column: Column): HTMLInputElement[] {
    return [...this.table.querySelectorAll<HTMLInputElement>(`[data-column="${column}"]`)];
  }

  private surfaceOf(input: HTMLInputElement): string {
    return input.closest<HTMLElement>("[data-surface]")?.dataset["surface"] ?? "";
  }
}
