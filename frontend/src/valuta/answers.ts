// The sheets' criteria and questions as fields. It knows four kinds of answer and no criterion by name.
import { readNumber, sayNumber, writeNumber } from "./numbers";
import type { GivenAnswer, Mode, Value } from "./types";

export type Changed = (settled: boolean) => void;

/** One criterion or question of the page (`[data-item]`, see templates/riconoscere/voce.html). */
export class AnswerField {
  readonly id: string;
  readonly sheet: string;
  private readonly kind: string;
  private readonly measured: boolean;
  private readonly inputs: HTMLElement;
  private readonly overriding: HTMLButtonElement | null;
  private readonly motive: HTMLTextAreaElement | null;
  private readonly clear: HTMLButtonElement;
  private opened = false;
  private mode: Mode = "attesa";

  constructor(private readonly root: HTMLElement, private readonly changed: Changed) {
    this.id = root.dataset["item"] ?? "";
    this.sheet = root.dataset["sheet"] ?? "";
    this.kind = root.dataset["kind"] ?? "number";
    this.measured = "measured" in root.dataset;
    this.inputs = root.querySelector<HTMLElement>("[data-inputs]") as HTMLElement;
    this.overriding = root.querySelector<HTMLButtonElement>("[data-override]");
    this.motive = root.querySelector<HTMLTextAreaElement>("[data-motive]");
    this.clear = root.querySelector<HTMLButtonElement>("[data-clear]") as HTMLButtonElement;
    this.inputs.addEventListener("input", (event) => this.edited(event));
    this.overriding?.addEventListener("click", () => this.open());
    this.clear.addEventListener("click", () => this.reset());
  }

  /** What is answered, or null. */
  read(): GivenAnswer | null {
    const valore = this.value();
    const motivo = this.motive?.value ?? "";
    if (valore === null && !motivo.trim()) return null;
    return { valore, motivo };
  }

  /** Shows a saved answer. */
  write(answer: GivenAnswer | undefined): void {
    if (!answer) return;
    this.put(answer.valore);
    if (this.motive) this.motive.value = answer.motivo;
    this.opened = this.measured;
    this.showSum();
  }

  /** Shows the field as the server says it stands; what a person has opened stays open. */
  show(mode: Mode): void {
    this.mode = mode;
    this.root.dataset["mode"] = mode;
    const answered = this.read() !== null;
    const asked = mode === "chiedi" || mode === "sostituito" || this.opened || answered;
    this.inputs.hidden = !asked || (mode === "attesa" && !answered);
    const reason = this.root.querySelector<HTMLElement>("[data-reason]");
    if (reason) reason.hidden = mode === "chiedi" && !this.motive?.value;
    this.clear.hidden = !answered && !(this.opened && mode !== "chiedi");
    if (this.overriding) {
      this.overriding.hidden = mode !== "calcolato" || asked;
      this.overriding.setAttribute("aria-expanded", String(asked));
    }
  }

  private open(): void {
    this.opened = true;
    this.show(this.mode);
    this.inputs.querySelector<HTMLElement>("input, textarea")?.focus();
  }

  private reset(): void {
    for (const input of this.inputs.querySelectorAll<HTMLInputElement>("input")) {
      if (input.type === "radio" || input.type === "checkbox") input.checked = false;
      else input.value = "";
    }
    if (this.motive) this.motive.value = "";
    this.opened = false;
    this.showSum();
    this.show(this.mode === "sostituito" ? "calcolato" : this.mode);
    (this.overriding && !this.overriding.hidden ? this.overriding : this.root).focus();
    this.changed(true);
  }

  private edited(event: Event): void {
    const target = event.target as HTMLInputElement;
    if (target.type === "checkbox") this.onlyNone(target);
    this.showSum();
    this.clear.hidden = false;
    this.changed(target.type === "radio" || target.type === "checkbox");
  }

  /** "Nessuna di queste" and the others exclude each other. */
  private onlyNone(target: HTMLInputElement): void {
    const boxes = [...this.inputs.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
    if (!target.checked) return;
    for (const box of boxes) if (("none" in box.dataset) !== ("none" in target.dataset)) box.checked = false;
  }

  private value(): Value {
    if (this.kind === "option") return this.inputs.querySelector<HTMLInputElement>("input[type=radio]:checked")?.value ?? null;
    if (this.kind === "count") return this.ticked();
    if (this.kind === "shares") return this.shares();
    const text = this.inputs.querySelector<HTMLInputElement>("[data-number]")?.value.trim() ?? "";
    // What is no number goes as it was typed: the server keeps it and says beside the field what to do.
    return text ? readNumber(text) ?? text.slice(0, 80) : null;
  }

  private ticked(): string[] | null {
    const boxes = [...this.inputs.querySelectorAll<HTMLInputElement>("input:checked")];
    if (boxes.length === 0) return null;
    return boxes.filter((box) => !("none" in box.dataset)).map((box) => box.value);
  }

  private shares(): Record<string, number> | null {
    const given: Record<string, number> = {};
    for (const input of this.inputs.querySelectorAll<HTMLInputElement>("[data-share]")) {
      const share = readNumber(input.value);
      if (share !== null && share >= 0) given[input.dataset["share"] ?? ""] = share;
    }
    return Object.keys(given).length > 0 ? given : null;
  }

  private put(value: Value): void {
    if (value === null) return;
    if (this.kind === "option") this.tick([String(value)]);
    else if (this.kind === "count" && Array.isArray(value)) this.tick(value.length > 0 ? value : [""]);
    else if (this.kind === "shares" && typeof value === "object" && !Array.isArray(value)) {
      for (const input of this.inputs.querySelectorAll<HTMLInputElement>("[data-share]")) {
        const share = value[input.dataset["share"] ?? ""];
        if (share !== undefined) input.value = writeNumber(share);
      }
    } else {
      const field = this.inputs.querySelector<HTMLInputElement>("[data-number]");
      if (field) field.value = typeof value === "number" ? writeNumber(value) : String(value);
    }
  }

  private tick(values: string[]): void {
    for (const input of this.inputs.querySelectorAll<HTMLInputElement>("input[type=radio], input[type=checkbox]")) {
      input.checked = values.includes(input.value);
    }
  }

  private showSum(): void {
    const line = this.inputs.querySelector<HTMLElement>("[data-share-sum]");
    if (!line) return;
    const given = this.shares();
    const total = Object.values(given ?? {}).reduce((sum, share) => sum + share, 0);
    line.textContent = given ? `Somma ${sayNumber(total)} %${Math.abs(total - 100) < 0.5 ? "" : ", deve fare 100 %"}` : "";
    line.classList.toggle("is-wrong", given !== null && Math.abs(total - 100) >= 0.5);
  }
}
