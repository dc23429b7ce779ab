// A person's own choice of weights and schemes: read from the address, written to it, saved as a file.
import { idle, weighs } from "./engine";
import type { Choice } from "./engine";
import type { Alternative, Explorer, Indicator } from "./types";

const HEAVIEST = 100;

export function copyOf(one: Alternative): Alternative {
  return { ...one, pesi: { ...one.pesi }, pesi_pilastri: { ...one.pesi_pilastri } };
}

/** The norms' choice with what the address asks in its place; what it asks wrongly is left out. */
export function fromAddress(norms: Alternative, search: URLSearchParams): Alternative {
  const found = copyOf(norms);
  for (const [name, weights] of [["peso", found.pesi], ["pilastro", found.pesi_pilastri]] as const) {
    for (const text of search.getAll(name)) {
      const cut = text.lastIndexOf(":");
      const [key, weight] = [text.slice(0, cut), Number(text.slice(cut + 1).replace(",", "."))];
      if (key in weights && weight >= 0 && weight <= HEAVIEST) weights[key] = weight;
    }
  }
  found.normalizzazione = search.get("normalizzazione") ?? norms.normalizzazione;
  found.aggregazione = search.get("aggregazione") ?? norms.aggregazione;
  found.nome = search.get("nome") ?? "";
  return found;
}

/** What makes a choice differ from the norms', as the address says it. */
export function toSearch(norms: Alternative, chosen: Alternative): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, key] of [["peso", "pesi"], ["pilastro", "pesi_pilastri"]] as const) {
    for (const [one, weight] of Object.entries(chosen[key])) {
      if (weight !== norms[key][one]) search.append(name, `${one}:${weight}`);
    }
  }
  for (const scheme of ["normalizzazione", "aggregazione"] as const) {
    if (chosen[scheme] !== norms[scheme]) search.set(scheme, chosen[scheme]);
  }
  if (chosen.nome) search.set("nome", chosen.nome);
  return search;
}

/** The choice as the engine wants it, by column; where there is no index with it, the sentence that says why. */
export function toChoice(data: Explorer, columns: Indicator[], chosen: Alternative): Choice | string {
  const weights = columns.map((one) => chosen.pesi[one.id] ?? 0);
  const pillars = data.pilastri.filter((one) => one.dati);
  const pillarWeights = pillars.map((one) => chosen.pesi_pilastri[one.id] ?? 0);
  const pillarOf = columns.map((one) => pillars.findIndex((pillar) => pillar.id === one.pilastro));
  if (!weighs({ pillarOf }, { weights, pillarWeights })) return "Con questi pesi non conta nessun indicatore: alzarne almeno uno, in un pilastro che pesa.";
  const without = idle({ pillarOf }, { weights, pillarWeights }).map((at) => `«${pillars[at]?.nome ?? ""}»`);
  if (data.ogni_pilastro && without.length) return `Questo indice vuole tutti i suoi pilastri, e non ha peso ${without.join(", ")}: alzarlo, e con lui almeno un suo indicatore.`;
  return { method: chosen.normalizzazione, rule: chosen.aggregazione, weights, pillarWeights };
}

/** Hands the choice to the person as a file that `trama indici show --weights` takes back. */
export function save(data: Explorer, chosen: Alternative): void {
  const body = JSON.stringify({ indice: data.indice, ...chosen }, null, 2);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${body}\n`], { type: "application/json" }));
  const name = chosen.nome.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "pesi";
  link.download = `${data.indice}-${name}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
