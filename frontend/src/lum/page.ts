// A comune redraws the perimeter of a LUM: the map, the checks that answer while the hand moves, the sending.
import type { Map as MapLibre } from "maplibre-gl";
import { AreaDrawing, readableArea } from "../draw";
import type { Area } from "../draw";
import { canDraw, createMap, readConfig } from "../map";
import type { MapConfig } from "../map";
import { Refused, Unreachable, post, postForm } from "../site/requests";
import { Saver } from "./saver";
import type { Checked, Saved, SaverConfig, State } from "./saver";
import { drawScene, markFaults } from "./scene";
import type { Scene } from "./scene";
import { phrase } from "../site/words";

interface Config extends SaverConfig {
  accettabile: boolean;
  api: { proposte: string; verifica: string; perimetro: string };
  mappa: MapConfig;
  scena: Scene;
}

const CHECK_MS = 250;
const time = new Intl.DateTimeFormat("it-IT", { hour: "2-digit", minute: "2-digit" });
const find = <T extends HTMLElement>(selector: string): T => document.querySelector<T>(selector) as T;

export class RedrawPage {
  private readonly config = readConfig<Config>("lum-config");
  private readonly words = find<HTMLTextAreaElement>("[data-motivazione]");
  private readonly form = find<HTMLFormElement>("[data-send]");
  private readonly saver: Saver;
  private area: Area | null;
  private map: MapLibre | null = null;
  private drawing: AreaDrawing | null = null;
  private quiet = false;
  private passed: boolean;
  private timer = 0;
  private asked = 0;

  constructor() {
    this.area = this.config.stato.geometria;
    this.passed = this.config.accettabile;
    this.saver = new Saver(this.config, {
      state: () => this.state(),
      onSaving: () => this.tellSave("Salvataggio…"),
      onSaved: (reply) => this.saved(reply),
      onTrouble: (sentence) => this.tellSave(sentence, true),
      onConflict: (sentence) => this.conflict(sentence),
    });
    const rescued = this.saver.rescued();
    if (rescued) {
      this.area = rescued.geometria;
      this.words.value = rescued.motivazione;
    }
    this.listen();
    this.tellTools(false);
    const box = find("#map");
    if (canDraw()) void this.open(box, rescued !== null);
    else this.say(phrase("Questo browser non può disegnare la mappa: il perimetro si dà da un file o con le coordinate."));
    if (rescued) this.saver.changed();
  }

  private state(): State {
    return { geometria: this.area, motivazione: this.words.value };
  }

  private async open(box: HTMLElement, rescued: boolean): Promise<void> {
    const { mappa, scena } = this.config;
    const map = await createMap(box, { config: mappa, label: box.dataset["label"] ?? "Mappa", bounds: scena.bounds, padding: 30 });
    drawScene(map, scena);
    this.map = map;
    this.drawing = new AreaDrawing(map, {
      onChange: (area, settled) => this.changed(area, settled),
      onSay: (sentence) => this.say(sentence),
    });
    if (this.area) this.lay(this.area, false);
    if (this.area) void this.check();
    if (rescued) this.say(phrase("Ritrovato il disegno non ancora salvato."));
    box.dataset["ready"] = "true";
  }

  private listen(): void {
    find("[data-from-circle]").addEventListener("click", () => this.begin(this.config.scena.handles));
    document.querySelector("[data-from-walk]")?.addEventListener("click", () => this.begin(this.config.scena.walkHandles ?? this.config.scena.handles));
    find("[data-draw]").addEventListener("click", () => this.start());
    find("[data-edit]").addEventListener("click", () => this.edit());
    find("[data-rest]").addEventListener("click", () => this.rest());
    this.words.addEventListener("input", () => this.saver.changed());
    find("[data-insist]").addEventListener("click", () => { find("[data-conflict]").hidden = true; void this.saver.insist(); });
    find("[data-give-way]").addEventListener("click", () => this.saver.giveWay());
    this.form.addEventListener("submit", (event) => {
      if (this.saver.settled && this.passed) return;
      event.preventDefault();
      this.tellSend(this.passed ? phrase("Ancora un momento: il disegno si sta salvando.") : phrase("Prima le verifiche devono essere tutte superate."));
    });
    this.listenToDialog();
  }

  /** Takes a shape to begin from, with corners to drag. */
  private begin(shape: Area): void {
    this.area = shape;
    this.lay(shape, true);
    this.drawing?.edit();
    this.tellTools(true);
    this.say(phrase("I vertici si trascinano; a metà di un lato se ne aggiunge uno; clic destro per toglierlo. «Fatto» quando va bene."));
    this.told();
  }

  private start(): void {
    if (!this.drawing) return;
    this.quiet = true;
    this.drawing.start();
    this.quiet = false;
    this.tellTools(true);
    find<HTMLElement>(".maplibregl-canvas").focus();
  }

  private edit(): void {
    if (this.drawing?.edit()) this.tellTools(true);
    else this.say(phrase("Quest'area ha più parti o dei vuoti: si cambia nel file da cui viene, o si ridisegna."));
  }

  private rest(): void {
    this.drawing?.rest();
    if (this.drawing && !this.drawing.get() && this.area) this.lay(this.area, false);
    this.tellTools(false);
  }

  private lay(area: Area, focus: boolean): void {
    this.quiet = true;
    this.drawing?.set(area);
    this.quiet = false;
    if (focus) this.drawing?.focus(50);
    this.tellSize();
  }

  private changed(area: Area | null, settled: boolean): void {
    if (this.quiet || area === null) return;
    this.area = area;
    this.tellSize();
    if (settled) this.tellTools(true);
    this.told();
  }

  /** The area changed: the checks answer, and it is saved. */
  private told(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.check(), CHECK_MS);
    this.saver.changed();
  }

  private async check(): Promise<void> {
    const mine = ++this.asked;
    try {
      const found = await post<Checked>(this.config.api.verifica, { codice: this.config.codice, stato: this.state() });
      if (mine === this.asked) this.show(found);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      if (mine === this.asked) this.tellSave(error.message, true);
    }
  }

  private show(found: Checked): void {
    find("[data-checks]").innerHTML = found.pezzo;
    if (this.map) markFaults(this.map, found.guasti);
    this.passed = found.accettabile;
    this.tellReady();
  }

  private saved(reply: Saved): void {
    this.tellSave(phrase("Salvato alle {hour}", { hour: time.format(new Date(reply.salvata)) }));
    this.form.action = `${reply.indirizzo}/invia`;
    for (const field of document.querySelectorAll<HTMLInputElement>("input[name=revisione]")) field.value = String(reply.revisione);
    this.tellReady();
  }

  private conflict(sentence: string): void {
    this.tellSave(phrase("Non salvato"), true);
    find("[data-conflict-say]").textContent = sentence;
    find("[data-conflict]").hidden = false;
  }

  private tellReady(): void {
    find<HTMLButtonElement>("[data-send-button]").disabled = !this.passed;
    this.tellSend(this.passed ? phrase("Tutte le verifiche sono superate.") : phrase("Si invia quando tutte le verifiche sono superate."));
  }

  private tellSend(sentence: string): void {
    find("[data-send-say]").textContent = sentence;
  }

  private tellSave(sentence: string, wrong = false): void {
    const line = find("[data-save-state]");
    line.textContent = sentence;
    line.classList.toggle("is-wrong", wrong);
  }

  private tellSize(): void {
    const line = find("[data-size]");
    const size = this.drawing?.area_m2() ?? 0;
    line.hidden = size === 0;
    line.textContent = phrase("circa {size}", { size: readableArea(size) });
  }

  private tellTools(working: boolean): void {
    const has = this.area !== null;
    find("[data-edit]").hidden = !has || working;
    find("[data-rest]").hidden = !working;
    find("[data-from-circle]").classList.toggle("button-primary", !has);
  }

  private listenToDialog(): void {
    const dialog = document.getElementById("outline") as HTMLDialogElement;
    const form = dialog.querySelector("form") as HTMLFormElement;
    const wrong = form.querySelector<HTMLElement>("[data-outline-error]") as HTMLElement;
    find("[data-open-outline]").addEventListener("click", () => dialog.showModal());
    find("[data-outline-close]").addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const data = new FormData(form);
      const file = data.get("file");
      if (file instanceof File && file.size === 0) data.delete("file");
      postForm<{ geometria: Area; avvisi: string[] }>(this.config.api.perimetro, data).then((outline) => {
        dialog.close();
        form.reset();
        wrong.hidden = true;
        this.area = outline.geometria;
        this.lay(outline.geometria, true);
        this.tellTools(false);
        this.say([phrase("Perimetro letto."), ...outline.avvisi].join(" "));
        this.told();
      }, (error: unknown) => {
        if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
        wrong.textContent = error.message;
        wrong.hidden = false;
      });
    });
  }

  private say(sentence: string): void {
    find("[data-say-map]").textContent = sentence;
  }
}
