// The panel of weights: one slider with its number per pillar and per indicator that has data.
import type { Alternative, Explorer, Indicator } from "./types";

const MOST = 3;
const STEP = 0.25;
type Changed = (chosen: Alternative) => void;

/** Sliders and numbers tied together; `onChange` hears every movement. */
export class WeightsPanel {
  private readonly inputs: { set: (weight: number) => void; read: () => number }[] = [];

  constructor(private readonly form: HTMLElement, private readonly data: Explorer, private chosen: Alternative, private readonly onChange: Changed) {
    const host = form.querySelector<HTMLElement>("[data-pillars]");
    for (const pillar of data.pilastri) host?.append(this.pillar(pillar));
    for (const select of form.querySelectorAll<HTMLSelectElement>("[data-scheme]")) {
      select.addEventListener("change", () => {
        this.chosen[select.dataset["scheme"] as "normalizzazione" | "aggregazione"] = select.value;
        this.onChange(this.chosen);
      });
    }
    this.show(chosen);
  }

  /** Puts the panel on a choice. */
  show(chosen: Alternative): void {
    this.chosen = chosen;
    for (const select of this.form.querySelectorAll<HTMLSelectElement>("[data-scheme]")) {
      select.value = chosen[select.dataset["scheme"] as "normalizzazione" | "aggregazione"];
    }
    for (const input of this.inputs) input.set(input.read());
  }

  private pillar(pillar: Explorer["pilastri"][number]): HTMLElement {
    const box = document.createElement("fieldset");
    box.className = "index-pillar";
    const legend = document.createElement("legend");
    legend.textContent = pillar.nome;
    box.append(legend);
    const inside = this.data.indicatori.filter((one) => one.pilastro === pillar.id);
    if (!pillar.dati) {
      box.classList.add("index-pillar-absent");
      box.append(note("nessun indicatore con dati"));
      return box;
    }
    box.append(this.slider(`Peso del pilastro`, `${pillar.nome}: peso del pilastro`, "pillar",
      () => this.chosen.pesi_pilastri[pillar.id] ?? 0, (weight) => { this.chosen.pesi_pilastri[pillar.id] = weight; }));
    for (const one of inside) if (one.colonna !== null) box.append(this.indicator(one));
    const absent = inside.filter((one) => one.colonna === null);
    if (absent.length) box.append(note(`${absent.length} ${absent.length === 1 ? "indicatore" : "indicatori"} senza dati`));
    return box;
  }

  private indicator(one: Indicator): HTMLElement {
    return this.slider(one.nome, one.nome, "indicator", () => this.chosen.pesi[one.id] ?? 0,
      (weight) => { this.chosen.pesi[one.id] = weight; });
  }

  private slider(text: string, label: string, kind: string, read: () => number, write: (weight: number) => void): HTMLElement {
    const row = document.createElement("div");
    row.className = `index-weight index-weight-${kind}`;
    const name = document.createElement("span");
    name.textContent = text;
    const range = document.createElement("input");
    const number = document.createElement("input");
    Object.assign(range, { type: "range", min: "0", max: String(MOST), step: String(STEP) });
    Object.assign(number, { type: "number", min: "0", max: "100", step: String(STEP), inputMode: "decimal" });
    range.setAttribute("aria-label", `${label}, cursore`);
    number.setAttribute("aria-label", label);
    const set = (weight: number): void => {
      range.value = String(Math.min(weight, MOST));
      if (document.activeElement !== number) number.value = String(weight);
      row.classList.toggle("index-weight-none", weight === 0);
    };
    for (const input of [range, number]) {
      input.addEventListener("input", () => {
        const weight = Number(input.value);
        if (input.value === "" || !(weight >= 0 && weight <= 100)) return;
        write(weight);
        set(weight);
        this.onChange(this.chosen);
      });
    }
    number.addEventListener("blur", () => { number.value = String(read()); });
    this.inputs.push({ set, read });
    row.append(name, range, number);
    return row;
  }
}

function note(text: string): HTMLElement {
  const line = document.createElement("p");
  line.className = "small muted index-note";
  line.textContent = text;
  return line;
}
