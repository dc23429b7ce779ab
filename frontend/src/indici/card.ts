// The card of a chosen place: where it stands, what each pillar and indicator says of it.
import type { Removal, Result, Uncertainty } from "./engine";
import { sensible, written } from "./numbers";
import type { Explorer, Indicator } from "./types";

export interface Told {
  result: Result;
  sure: Uncertainty | null;
  removal: Removal | null;
}

/** Fills `host` with what is known of the place `unit`; `why` is the address of its explanation, if any. */
export function showCard(host: HTMLElement, data: Explorer, columns: Indicator[], unit: number, told: Told, why: string): void {
  const place = data.luoghi[unit];
  if (!place) return;
  host.replaceChildren(head(place.nome, data, unit, told, why), list(data, columns, unit, told));
  host.hidden = false;
}

function head(name: string, data: Explorer, unit: number, told: Told, why: string): HTMLElement {
  const box = document.createElement("div");
  box.className = "index-place-head";
  const title = document.createElement("h2");
  title.id = "titolo-luogo";
  title.textContent = name;
  const line = document.createElement("p");
  const sure = told.sure;
  const between = sure ? `, tra ${sure.low[unit]} e ${sure.high[unit]} nel 90 % delle estrazioni` : "";
  line.textContent = `Indice ${written(told.result.index[unit], 2)}, posto ${told.result.rank[unit]} su ${data.luoghi.length}${between}. `;
  if (why) {
    const link = document.createElement("a");
    Object.assign(link, { href: why, className: "why", textContent: "Perché?" });
    link.dataset["why"] = "";
    line.append(link);
  }
  box.append(title, line);
  return box;
}

function list(data: Explorer, columns: Indicator[], unit: number, told: Told): HTMLElement {
  const box = document.createElement("div");
  box.className = "index-place-pillars";
  const pillars = data.pilastri.filter((one) => one.dati);
  pillars.forEach((pillar, at) => {
    const part = document.createElement("div");
    const score = told.result.scores[unit]?.[at] ?? NaN;
    const title = document.createElement("h3");
    const said = pillar.complemento ? `${written(1 - score, 2)} (conta ${written(score, 2)})` : written(score, 2);
    title.textContent = `${pillar.nome}: ${Number.isFinite(score) ? said : "senza peso"}`;
    const rows = document.createElement("ul");
    rows.className = "small";
    columns.forEach((one, column) => {
      if (one.pilastro === pillar.id) rows.append(line(data, one, unit, column, told));
    });
    part.append(title, rows);
    box.append(part);
  });
  return box;
}

function line(data: Explorer, one: Indicator, unit: number, column: number, told: Told): HTMLElement {
  const row = document.createElement("li");
  const raw = data.grezzi[unit]?.[column];
  const value = raw === null || raw === undefined ? "mancante, presa la mediana della zona" : `${sensible(raw)}${one.simbolo ? ` ${one.simbolo}` : ""}`;
  const shift = told.removal?.shift[column]?.[unit];
  const moved = shift ? ` · senza: ${shift > 0 ? "+" : "−"}${Math.abs(shift)} posti` : "";
  row.textContent = `${one.nome}: ${value} → ${written(told.result.shares[unit]?.[column], 2)}${moved}`;
  return row;
}
