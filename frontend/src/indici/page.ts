// The page of an index: weights under the hand, map and ranking that follow, how sure the ranks are.
import type { Map as MapLibre } from "maplibre-gl";
import { ThemeLayer, canDraw, createMap, readConfig } from "../map";
import type { MapConfig } from "../map";
import { copyOf, fromAddress, save, toChoice, toSearch } from "./alternative";
import { bars } from "./charts";
import { showCard } from "./card";
import { leaveOneOut, rankAll, uncertainty } from "./engine";
import type { Choice, Matrix, Removal, Result, Uncertainty } from "./engine";
import { written } from "./numbers";
import { PlaceBar } from "./placeBar";
import { Ranking } from "./ranking";
import type { Alternative, Explorer, Indicator } from "./types";
import { WeightsPanel } from "./weights";

const QUIET_MS = 120;
const CAUSES: Record<string, string> = {
  pesi: "Pesi (e interazioni)", indicatore_escluso: "Indicatore escluso", normalizzazione: "Normalizzazione", aggregazione: "Aggregazione",
};

export class IndexPage {
  private readonly columns: Indicator[];
  private readonly matrix: Matrix;
  private readonly ranking: Ranking;
  private readonly panel: WeightsPanel;
  private chosen: Alternative;
  private choice: Choice;
  private result: Result;
  private sure: Uncertainty | null = null;
  private removal: Removal | null = null;
  private layer: ThemeLayer | null = null;
  private unit: number | null = null;
  private waiting = 0;
  private readonly bar = new PlaceBar();
  private byFifths = false;
  /** The place that the address names, before the address is written again. */
  private readonly asked = new URLSearchParams(location.search).get("luogo");

  constructor(private readonly root: HTMLElement, private readonly data: Explorer) {
    this.columns = data.indicatori.filter((one) => one.colonna !== null);
    this.matrix = matrixOf(data, this.columns);
    this.chosen = fromAddress(data.scelta, new URLSearchParams(location.search));
    const choice = toChoice(data, this.columns, this.chosen);
    if (typeof choice === "string") this.chosen = copyOf(data.scelta);
    this.choice = typeof choice === "string" ? (toChoice(data, this.columns, data.scelta) as Choice) : choice;
    this.result = rankAll(this.matrix, this.choice);
    this.ranking = new Ranking(this.part("[data-ranking]"), data, (unit) => this.choosePlace(unit, false));
    this.panel = new WeightsPanel(this.part("[data-weights]"), data, copyOf(this.chosen), (chosen) => this.follow(chosen));
    this.listen();
    this.draw();
    this.deepen();
    void this.drawMap();
    const place = data.luoghi.findIndex((one) => one.chiave === this.asked);
    if (place >= 0) this.choosePlace(place, true);
  }

  private part(selector: string): HTMLElement {
    return this.root.querySelector(selector) as HTMLElement;
  }

  /** What the hand did: the index, the map and the ranking at once, the intervals as soon as it rests. */
  private follow(chosen: Alternative): void {
    const choice = toChoice(this.data, this.columns, chosen);
    this.sayNoIndex(typeof choice === "string" ? choice : "");
    if (typeof choice === "string") return;
    const start = performance.now();
    this.chosen = { ...copyOf(chosen), nome: this.chosen.nome };
    this.choice = choice;
    this.result = rankAll(this.matrix, choice);
    this.draw();
    this.root.dataset["followed"] = (performance.now() - start).toFixed(1);
    delete this.root.dataset["settled"];
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.deepen(), QUIET_MS);
  }

  /** Where a choice leaves no index it is said `why`, and what is on the page stays that of the last choice. */
  private sayNoIndex(why: string): void {
    const status = this.part("[data-norms]");
    status.classList.toggle("index-nothing", why !== "");
    this.root.toggleAttribute("data-nothing-weighs", why !== "");
    if (!why) return;
    status.textContent = `${why} Mappa e graduatoria restano all'ultima scelta valida.`;
    this.root.querySelector("[data-reset]")?.removeAttribute("disabled");
  }

  private draw(): void {
    const colours = this.colours();
    this.ranking.show(this.result, colours);
    this.layer?.paint(Object.fromEntries(this.data.luoghi.map((place, unit) => [place.chiave, colours[unit] ?? null])));
    this.drawLegend(colours);
    const changed = this.remember();
    if (!this.root.hasAttribute("data-nothing-weighs")) {
      this.part("[data-norms]").textContent = changed ? "Pesi tuoi, non delle norme." : "Pesi delle norme.";
      this.root.querySelector("[data-reset]")?.toggleAttribute("disabled", !changed);
    }
    if (this.unit !== null) this.showPlace(this.unit);
  }

  private deepen(): void {
    const { regole } = this.data;
    const plan = { draws: regole.estrazioni, seed: regole.seme, spread: regole.variazione, low: regole.basso, high: regole.alto };
    this.sure = uncertainty(this.matrix, this.choice, plan);
    this.removal = leaveOneOut(this.matrix, this.choice);
    this.ranking.showIntervals(this.result, this.sure);
    const movers = this.columns.flatMap((one, at) => {
      const size = this.removal?.mean[at];
      return size === null || size === undefined ? [] : [{ name: one.nome, size, text: written(size, 1) }];
    }).sort((a, b) => b.size - a.size);
    bars(this.part("[data-movers]"), movers);
    const causes = Object.entries(this.sure.causes).sort((a, b) => b[1] - a[1]);
    bars(this.part("[data-causes]"), causes.map(([name, share]) => ({ name: CAUSES[name] ?? name, size: share, text: `${written(100 * share, 0)} %` })));
    if (this.unit !== null) this.showPlace(this.unit);
    this.root.dataset["settled"] = "";
  }

  private colours(): (string | null)[] {
    const { classi } = this.data;
    return this.result.index.map((value, unit) => {
      if (!Number.isFinite(value)) return null;
      const rank = this.result.rank[unit] ?? 1;
      const fifth = classi.length - 1 - Math.floor(((rank - 1) * classi.length) / this.result.rank.length);
      return this.byFifths ? classi[fifth]?.colore ?? null : classi.findLast((one) => value >= one.da)?.colore ?? classi[0]?.colore ?? null;
    });
  }

  private drawLegend(colours: (string | null)[]): void {
    const rows = this.data.classi.map((one, at) => {
      const next = this.data.classi[at + 1]?.da ?? 1;
      const fifths = ["quinto più basso", "secondo", "terzo", "quarto", "quinto più alto"][at] ?? "";
      const text = this.byFifths ? fifths : `${one.nome}, ${written(one.da, 1)}–${written(next, 1)}`;
      return legendRow(one.colore, text, colours.filter((colour) => colour === one.colore).length);
    });
    if (this.data.senza_indice.length) rows.push(legendRow("#ffffff", "dato mancante", this.data.senza_indice.length));
    this.part("[data-legend]").replaceChildren(...rows);
  }

  /** Writes the choice in the address and in the links; true where it is not the norms'. */
  private remember(): boolean {
    const search = toSearch(this.data.scelta, this.chosen);
    const changed = [...search.keys()].some((key) => key !== "nome");
    if (this.data.grana !== "comuni") search.set("grana", this.data.grana);
    const place = this.unit === null ? this.asked : this.data.luoghi[this.unit]?.chiave;
    const shared = new URLSearchParams(search);
    if (place) shared.set("luogo", place);
    history.replaceState(null, "", shared.size ? `?${shared}` : location.pathname);
    for (const link of this.root.querySelectorAll<HTMLAnchorElement>("a[data-csv], a[data-table]")) link.search = search.toString();
    return changed;
  }

  private listen(): void {
    this.root.querySelector("[data-reset]")?.addEventListener("click", () => {
      const norms = copyOf(this.data.scelta);
      this.panel.show(norms);
      this.follow(norms);
    });
    this.root.querySelector("[data-save]")?.addEventListener("click", () => save(this.data, this.chosen));
    this.root.querySelector("[data-copy]")?.addEventListener("click", (event) => void copyAddress(event.target as HTMLElement));
    this.root.querySelector<HTMLInputElement>("[data-name]")?.addEventListener("input", (event) => {
      this.chosen.nome = (event.target as HTMLInputElement).value;
      this.remember();
    });
    // One key, and only while map or ranking have the focus (WCAG 2.1.4); elsewhere the link's access key does the same.
    for (const part of this.root.querySelectorAll(".index-map, .index-ranking")) {
      part.addEventListener("keydown", (event) => this.press(event as KeyboardEvent));
    }
    this.root.addEventListener("change", (event) => {
      const target = event.target as HTMLInputElement;
      if (target.name === "colori") {
        this.byFifths = target.value === "quinti";
        this.draw();
      }
    });
    document.querySelector("[data-grains]")?.addEventListener("change", (event) => {
      const search = new URLSearchParams(location.search);
      search.delete("luogo");
      search.set("grana", (event.target as HTMLInputElement).value);
      location.search = search.toString();
    });
    const name = this.root.querySelector<HTMLInputElement>("[data-name]");
    if (name) name.value = this.chosen.nome;
  }

  private press(event: KeyboardEvent): void {
    if (event.key.toLowerCase() !== "t" || event.ctrlKey || event.metaKey || event.altKey) return;
    this.root.querySelector<HTMLAnchorElement>("[data-table]")?.click();
  }

  private choosePlace(unit: number, fromMap: boolean): void {
    this.unit = unit;
    this.ranking.choose(unit, fromMap);
    this.layer?.highlight(this.data.luoghi[unit]?.chiave ?? null);
    this.showPlace(unit);
    this.remember();
  }

  private showPlace(unit: number): void {
    const norms = toSearch(this.data.scelta, { ...this.chosen, nome: "" }).size === 0;
    const step = `${this.data.grana}/${this.data.luoghi[unit]?.chiave ?? ""}`;
    const why = norms && this.data.trace ? `/conoscere/perche/${this.data.trace}?${new URLSearchParams({ passo: step })}` : "";
    const host = document.querySelector<HTMLElement>("[data-place]");
    this.bar.tell(this.data.luoghi[unit]?.nome ?? "", `indice ${written(this.result.index[unit], 2)}, posto ${this.result.rank[unit]} su ${this.data.luoghi.length}`);
    if (host) showCard(host, this.data, this.columns, unit, { result: this.result, sure: this.sure, removal: this.removal }, why);
  }

  private async drawMap(): Promise<void> {
    const box = document.getElementById("map");
    if (!box || !canDraw()) {
      if (box) box.textContent = "Questo browser non può disegnare la mappa: la graduatoria dice le stesse cose.";
      return;
    }
    const config = readConfig<MapConfig>("map-config");
    const map = await createMap(box, { config, label: this.data.titolo, padding: 12 });
    this.layer = new ThemeLayer(map, {
      id: this.data.indice, title: this.data.titolo, unit: "1", kind: "areas", version: this.data.forme.version,
      classes: [], shapes: this.data.forme, values: {},
    });
    this.draw();
    if (this.unit !== null) this.layer.highlight(this.data.luoghi[this.unit]?.chiave ?? null);
    map.on("click", (event) => this.chooseAt(map, event.point));
  }

  private chooseAt(_map: MapLibre, point: { x: number; y: number }): void {
    const key = this.layer?.keyAt(point);
    const unit = this.data.luoghi.findIndex((place) => place.chiave === key);
    if (unit >= 0) this.choosePlace(unit, true);
  }
}

function matrixOf(data: Explorer, columns: Indicator[]): Matrix {
  const pillars = data.pilastri.filter((one) => one.dati).map((one) => one.id);
  return {
    values: data.valori,
    low: columns.map((one) => one.basso ?? 0),
    high: columns.map((one) => one.alto ?? 1),
    rising: columns.map((one) => one.sale ?? true),
    pillarOf: columns.map((one) => pillars.indexOf(one.pilastro)),
    pillars: pillars.length,
    floor: data.regole.pavimento,
    zReach: data.regole.ampiezza_z,
  };
}

function legendRow(colour: string, text: string, count: number): HTMLElement {
  const item = document.createElement("li");
  item.innerHTML = `<svg class="swatch" viewBox="0 0 10 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect width="10" height="10" fill="${colour}"/></svg><span class="legend-label"></span><span class="legend-count">${count}</span>`;
  const label = item.querySelector(".legend-label");
  if (label) label.textContent = text;
  return item;
}

async function copyAddress(button: HTMLElement): Promise<void> {
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = "Copiato";
  } catch {
    button.textContent = "L'indirizzo è nella barra";
  }
  setTimeout(() => (button.textContent = words), 2500);
}
