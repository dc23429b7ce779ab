// "Prova soluzioni sulla mappa": draws, asks, shows, saves.
import type { Geometry } from "geojson";
import { SceneDrawing } from "../draw/scene";
import type { Drawn } from "../draw/scene";
import { canDraw, createMap } from "../map";
import { followSearch } from "../map/follow";
import { Refused, Unreachable, post } from "../site/requests";
import { button, hideConflict, hour, nameTitle, query, showConflict, showPieces, tellState } from "../site/savedPage";
import { readNumber, writeNumber } from "../valuta/numbers";
import { Catalogue } from "./catalogue";
import { DrawnList } from "./drawnList";
import type { Piece } from "./drawnList";
import { Follower } from "../site/follower";
import { Saver } from "./saver";
import type { Document, Feature, PageConfig, Reply, SavedReply } from "./types";
import { WrittenDrawing } from "./written";

const AREA = "area-intervento";

export class ScenarioPage {
  private readonly name = query<HTMLInputElement>("[data-nome]");
  private readonly rain = query("[data-rain]");
  private readonly other = query<HTMLInputElement>("#pioggia");
  private readonly list: DrawnList;
  private readonly follower: Follower<Document, Reply>;
  private readonly saver: Saver;
  private readonly written = new WrittenDrawing();
  private scene: SceneDrawing | null = null;
  private pieces: Piece[] = [];
  private readonly shapes = new Map<string, Geometry>();
  private counter = 0;
  private site: Geometry | null = null;
  private said = "";

  constructor(private readonly config: PageConfig) {
    this.list = new DrawnList(query("[data-drawn-list]"), config, {
      onEdit: (key) => this.edit(key),
      onWrite: (key) => this.write(key),
      onRemove: (key) => this.remove(key),
      onQuantity: (key, quantity) => this.setQuantity(key, quantity),
    });
    this.follower = new Follower(config.api.effetti, {
      onReply: (reply, asked) => this.show(reply, asked),
      onRefused: (sentence) => this.say(sentence),
      onWorking: (working) => this.working(working),
    });
    this.saver = new Saver(config, {
      document: () => this.document(false),
      onSaving: () => tellState("Salvo…"),
      onSaved: (reply, asked) => this.saved(reply, asked),
      onTrouble: (sentence) => tellState(sentence, true),
      onConflict: (sentence, gone) => this.conflict(sentence, gone),
    });
    new Catalogue(query("[data-catalogue]"), query<HTMLInputElement>("[data-filter]"), {
      onDraw: (id) => this.draw(id),
      onWrite: (id) => this.writeNew(id),
    });
    this.site = config.sito;
    const rescued = this.saver.rescued();
    this.open(rescued ?? config.documento);
    this.listen();
    if (config.salvato) tellState(`Salvato alle ${hour(config.salvato)}`);
    if (rescued) this.changed(true);
    const box = document.getElementById("map");
    if (box && canDraw()) void this.openMap(box);
    else if (box) this.say("Questo browser non può disegnare la mappa: le soluzioni si danno con le coordinate.");
  }

  private listen(): void {
    this.name.addEventListener("input", () => this.saver.changed(false));
    this.rain.addEventListener("change", () => this.rainChanged());
    this.other.addEventListener("input", () => this.changed(false, true));
    query("[data-done]").addEventListener("click", () => { this.scene?.rest(); this.changed(true); });
    query("[data-undo]").addEventListener("click", () => { this.scene?.cancel(); this.changed(true); });
    query("[data-area]").addEventListener("click", () => this.drawArea());
    query("[data-area-away]").addEventListener("click", () => this.remove(AREA));
    query("[data-to-sheet]").addEventListener("click", () => void this.toSheet());
  }

  /** Lays a saved scenario on the page. */
  private open(given: Document): void {
    this.name.value = given.nome;
    const event = given.pioggia_mm === null ? given.evento : "altro";
    const choice = this.rain.querySelector<HTMLInputElement>(`input[value="${CSS.escape(event)}"]`);
    if (choice) choice.checked = true;
    if (given.pioggia_mm !== null) this.other.value = writeNumber(given.pioggia_mm);
    query("[data-rain-other]").hidden = event !== "altro";
    for (const feature of given.features) {
      const area = feature.properties.ruolo === "area";
      const key = area ? AREA : this.newKey();
      if (!area) this.pieces.push({ key, solution: feature.properties.soluzione ?? "", quantity: feature.properties.quantita ?? null });
      this.shapes.set(key, feature.geometry);
    }
    this.list.show(this.pieces);
    this.tellArea();
    for (const [number, piece] of this.pieces.entries()) {
      const note = document.querySelector<HTMLTemplateElement>(`template[data-piece-note="${number}"]`);
      if (note) this.list.tell({ effetti: null, pezzi: { [`disegno-${number}`]: note.innerHTML } }, [...Array<string>(number).fill(""), piece.key]);
    }
  }

  private async openMap(box: HTMLElement): Promise<void> {
    const map = await createMap(box, { config: this.config.mappa, label: box.dataset["label"] ?? "Mappa" });
    this.scene = new SceneDrawing(map, {
      onChange: (settled) => this.moved(settled),
      onGone: (key) => this.gone(key),
      onTool: (drawn, drawing) => this.tellTool(drawn, drawing),
      onSay: (sentence) => this.say(sentence),
    });
    for (const [key, geometry] of this.shapes) this.scene.put(this.drawnOf(key), geometry);
    this.scene.focus();
    this.scene.rest();
    followSearch(map, this.config.mappa);
    box.dataset["ready"] = "true";
  }

  /** What is on the page now; with `live`, also what is still under the hand. */
  private document(live: boolean): Document {
    const chosen = this.rain.querySelector<HTMLInputElement>("input:checked")?.value ?? "";
    const features: Feature[] = [];
    for (const piece of this.pieces) {
      const geometry = this.shape(piece.key, live);
      if (geometry) features.push({ type: "Feature", geometry, properties: { soluzione: piece.solution, quantita: piece.quantity } });
    }
    const area = this.shape(AREA, live);
    if (area) features.push({ type: "Feature", geometry: area, properties: { ruolo: "area" } });
    return {
      type: "FeatureCollection",
      nome: this.name.value,
      evento: chosen === "altro" ? "" : chosen,
      pioggia_mm: chosen === "altro" ? readNumber(this.other.value) : null,
      giorno: this.config.documento.giorno,
      risposte: this.config.documento.risposte,
      features,
    };
  }

  private shape(key: string, live: boolean): Geometry | null {
    return (this.scene ? this.scene.geometry(key, live) : this.shapes.get(key)) ?? null;
  }

  private drawnOf(key: string): Drawn {
    const solution = this.config.catalogo[this.pieces.find((one) => one.key === key)?.solution ?? ""];
    return { key, kind: key === AREA ? "area" : solution?.disegno ?? "area", family: key === AREA ? "area" : solution?.famiglia ?? "" };
  }

  private draw(id: string): void {
    if (!this.scene) return this.writeNew(id);
    const key = this.newKey();
    this.scene.rest();
    this.pieces.push({ key, solution: id, quantity: null });
    this.scene.begin(this.drawnOf(key));
    document.querySelector<HTMLElement>(".maplibregl-canvas")?.focus();
  }

  private drawArea(): void {
    if (this.shape(AREA, false)) {
      this.edit(AREA);
      return;
    }
    this.scene?.begin(this.drawnOf(AREA));
    document.querySelector<HTMLElement>(".maplibregl-canvas")?.focus();
  }

  private writeNew(id: string): void {
    const solution = this.config.catalogo[id];
    if (!solution) return;
    this.written.open(solution.nome, solution.disegno, null, (geometry) => {
      const key = this.newKey();
      this.pieces.push({ key, solution: id, quantity: null });
      this.take(key, geometry);
    });
  }

  private write(key: string): void {
    const drawn = this.drawnOf(key);
    const name = this.config.catalogo[this.pieces.find((one) => one.key === key)?.solution ?? ""]?.nome ?? "Area";
    this.written.open(name, drawn.kind, this.shape(key, false), (geometry) => this.take(key, geometry));
  }

  private take(key: string, geometry: Geometry): void {
    this.shapes.set(key, geometry);
    this.scene?.put(this.drawnOf(key), geometry);
    this.scene?.rest();
    this.scene?.focus(key);
    this.changed(true);
  }

  private edit(key: string): void {
    if (this.scene?.edit(key)) this.tellTool(this.drawnOf(key), false);
    else this.say("Questo disegno ha più parti o dei vuoti: si cambia con le coordinate, o si ridisegna.");
  }

  private remove(key: string): void {
    this.scene?.remove(key);
    this.shapes.delete(key);
    this.pieces = this.pieces.filter((one) => one.key !== key);
    this.say(key === AREA ? "Area tolta." : "Soluzione tolta.");
    this.changed(true);
  }

  private gone(key: string): void {
    this.pieces = this.pieces.filter((one) => one.key !== key);
    this.list.show(this.pieces.filter((one) => this.shape(one.key, true)));
    this.tellArea();
  }

  private setQuantity(key: string, quantity: number | null): void {
    const piece = this.pieces.find((one) => one.key === key);
    if (piece) piece.quantity = quantity;
    this.changed(false, true);
  }

  private rainChanged(): void {
    const other = this.rain.querySelector<HTMLInputElement>('input[value="altro"]')?.checked ?? false;
    query("[data-rain-other]").hidden = !other;
    if (other) this.other.focus();
    if (!other || readNumber(this.other.value) !== null) this.changed(true);
  }

  private moved(settled: boolean): void {
    this.changed(settled);
  }

  /** Something changed: the effects follow; `kept` saves it too, at once where the hand is still. */
  private changed(settled: boolean, kept = settled): void {
    this.list.show(this.pieces.filter((one) => this.shape(one.key, true)));
    this.tellArea();
    const live = this.document(true);
    if (live.features.length === 0) {
      this.follower.stop();
      this.show({ effetti: null, pezzi: {} }, live);
    } else if (live.features.some((one) => one.properties.soluzione)) this.follower.follow(live);
    if (kept) this.saver.changed(settled);
  }

  private show(reply: Reply, asked: Document): void {
    showPieces(reply.pezzi, (name) => name === "effetti");
    const order = this.pieces.filter((one) => this.shape(one.key, true)).map((one) => one.key);
    if (order.length === asked.features.filter((one) => one.properties.soluzione).length) this.list.tell(reply, order);
    document.documentElement.dataset["effects"] = String(Number(document.documentElement.dataset["effects"] ?? 0) + 1);
  }

  private saved(reply: SavedReply, asked: Document): void {
    tellState(`Salvato alle ${hour(reply.salvato)}`);
    this.site = reply.sito;
    query("[data-kept]").hidden = false;
    const waiting = document.querySelector<HTMLElement>("[data-not-kept]");
    if (waiting) waiting.hidden = true;
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-of-scenario]")) form.action = `${reply.indirizzo}/${form.dataset["ofScenario"]}`;
    for (const field of document.querySelectorAll<HTMLInputElement>("input[data-compared]")) field.value = reply.id;
    query("[data-documents]").hidden = reply.effetti === null;
    query("[data-to-sheet]").hidden = reply.effetti === null;
    for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-format]")) link.href = `${reply.indirizzo}.${link.dataset["format"]}`;
    nameTitle(asked.nome || "Scenario");
    if (JSON.stringify(this.document(true)) !== JSON.stringify(asked)) return;
    this.follower.stop();
    this.show(reply, asked);
    this.sayEffects(reply);
  }

  /** For those who do not see the bars: the headline, once the hand is still. */
  private sayEffects(reply: Reply): void {
    const kept = reply.effetti?.acqua?.trattenuta_m3;
    const sentence = kept === undefined ? "" : `Acqua tenuta fuori dalla fognatura: ${writeNumber(Math.round(kept * 10) / 10)} metri cubi.`;
    if (sentence && sentence !== this.said) query("[data-say]").textContent = sentence;
    this.said = sentence;
  }

  private tellTool(drawn: Drawn | null, drawing: boolean): void {
    const tools = query("[data-tools]");
    tools.hidden = drawn === null;
    query("[data-undo]").hidden = !drawing;
    const name = drawn?.key === AREA ? "Area dell'intervento" : this.config.catalogo[this.pieces.find((one) => one.key === drawn?.key)?.solution ?? ""]?.nome ?? "";
    query("[data-tool-now]").textContent = drawn ? `${drawing ? "Si disegna" : "Si modifica"}: ${name}` : "";
    this.list.mark(drawn?.key ?? null);
  }

  private tellArea(): void {
    const has = this.shape(AREA, false) !== null;
    query("[data-area]").textContent = has ? "Modifica l'area dell'intervento" : "Disegna l'area dell'intervento";
    query("[data-area-away]").hidden = !has;
  }

  private async toSheet(): Promise<void> {
    const answer = this.site;
    const now = this.document(false);
    const amounts = new Map<string, number>();
    const effects = await post<Reply>(this.config.api.effetti, now).catch(() => null);
    for (const one of effects?.effetti?.soluzioni ?? []) amounts.set(one.id, (amounts.get(one.id) ?? 0) + one.quantita);
    const state = {
      nome: now.nome, geometria: answer, stato_attuale: null, progetto: effects?.effetti?.superfici_progetto_m2 ?? null,
      risposte: {}, giorno: effects?.effetti?.giorno,
      tipologie: [...amounts].map(([id, area_m2]) => ({ id, area_m2: Math.round(area_m2 * 100) / 100 })),
    };
    try {
      const begun = await post<{ indirizzo: string }>(this.config.scheda.api, { scheda: "scheda_drenaggio", stato: state });
      location.assign(begun.indirizzo);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      tellState(error.message, true);
    }
  }

  /** Another save came first, or somebody took the scenario away: what is drawn here stays, and can be kept. */
  private conflict(sentence: string, gone: boolean): void {
    const apart = button("Salva i miei disegni con un altro nome", () => this.saveApart());
    apart.classList.add("button-primary");
    const choices = gone ? [apart] : [
      apart,
      button("Metti i miei al posto di quelli salvati", () => {
        hideConflict();
        void this.saver.insist();
      }),
      button("Riprendi quelli salvati, lascia i miei", () => this.saver.giveWay()),
    ];
    showConflict(gone ? `${sentence} I disegni di questa pagina ci sono ancora.` : sentence, choices);
    tellState(gone ? "Non salvato: lo scenario è stato tolto" : "Non salvato: c'è un'altra versione", true);
  }

  private saveApart(): void {
    hideConflict();
    this.name.value = `${this.name.value || "Scenario"} (altra versione)`.slice(0, 200);
    this.saver.apart();
    this.name.focus();
    this.name.select();
  }

  private working(working: boolean): void {
    query("[data-pulse]").hidden = !working;
    query("#effetti").setAttribute("aria-busy", String(working));
  }

  private say(sentence: string): void {
    query("[data-say-map]").textContent = sentence;
  }

  private newKey(): string {
    this.counter += 1;
    return `p${this.counter}`;
  }
}
