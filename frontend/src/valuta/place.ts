// The area on the map: drawn by hand, by keyboard, from a file or from coordinates.
import type { Map as MapLibre } from "maplibre-gl";
import { AreaDrawing, readableArea } from "../draw";
import type { Area } from "../draw";
import { canDraw, createMap } from "../map";
import { followSearch } from "../map/follow";
import { Refused, Unreachable } from "../site/requests";
import type { Server } from "./server";
import type { Outline, PageConfig } from "./types";

export interface PlaceEvents {
  /** The area changed; `settled` is false while the hand moves. */
  onArea: (area: Area | null, settled: boolean) => void;
  /** An outline was read from a file: what else it says. */
  onOutline: (outline: Outline) => void;
  /** The map is there. */
  onMap?: (map: MapLibre) => void;
  /** A new drawing begins. */
  onStart?: () => void;
}

const TOOLS = ["draw", "edit", "rest"] as const;

export class PlaceOnMap {
  private drawing: AreaDrawing | null = null;
  private area: Area | null;
  private quiet = false;
  private readonly buttons = Object.fromEntries(
    TOOLS.map((name) => [name, document.querySelector<HTMLButtonElement>(`[data-${name}]`) as HTMLButtonElement]),
  ) as Record<(typeof TOOLS)[number], HTMLButtonElement>;

  constructor(private readonly config: PageConfig, private readonly server: Server, private readonly events: PlaceEvents) {
    this.area = config.stato.geometria;
    this.buttons.draw.addEventListener("click", () => this.start());
    this.buttons.edit.addEventListener("click", () => this.edit());
    this.buttons.rest.addEventListener("click", () => this.rest());
    this.listenToDialog();
    this.tellTools(false);
    const box = document.getElementById("map");
    if (box && canDraw()) void this.open(box);
    else if (box) this.tellNoMap(box);
  }

  /** The area as it is now. */
  read(): Area | null {
    return this.area;
  }

  private async open(box: HTMLElement): Promise<void> {
    const map = await createMap(box, { config: this.config.mappa, label: box.dataset["label"] ?? "Mappa" });
    this.drawing = new AreaDrawing(map, {
      onChange: (area, settled) => this.changed(area, settled),
      onSay: (sentence) => this.say(sentence),
    });
    followSearch(map, this.config.mappa);
    this.events.onMap?.(map);
    if (this.area) this.lay(this.area);
    const measured = Object.values(this.config.risultati ?? {}).find((result) => result !== null);
    if (measured) this.tellMeasured(measured.area_m2);
    box.dataset["ready"] = "true";
  }

  /** Takes the area away: the place is another. */
  forget(): void {
    this.quiet = true;
    this.drawing?.clear();
    this.quiet = false;
    this.area = null;
    this.tellSize();
    this.tellTools(false);
  }

  /** Says something under the map. */
  tell(sentence: string): void {
    this.say(sentence);
  }

  /** Shows the area as the server measured it, in the projected system. */
  tellMeasured(area_m2: number): void {
    const line = document.querySelector<HTMLElement>("[data-size]");
    if (!line) return;
    line.hidden = false;
    line.textContent = readableArea(area_m2);
  }

  /** Puts an area on the map without telling that it changed. */
  private lay(area: Area): void {
    this.quiet = true;
    const editable = this.drawing?.set(area) ?? false;
    this.quiet = false;
    this.drawing?.focus();
    this.tellSize();
    this.tellTools(false, editable);
  }

  private start(): void {
    if (!this.drawing) return;
    this.events.onStart?.();
    this.quiet = true;
    this.drawing.start();
    this.quiet = false;
    this.tellTools(true);
    document.querySelector<HTMLElement>(".maplibregl-canvas")?.focus();
  }

  private edit(): void {
    if (this.drawing?.edit()) this.tellTools(true);
    else this.say("Quest'area ha più parti o dei vuoti: si cambia nel file da cui viene, o si ridisegna.");
  }

  private rest(): void {
    this.drawing?.rest();
    if (this.drawing && !this.drawing.get() && this.area) this.lay(this.area);
    this.tellTools(false);
  }

  private changed(area: Area | null, settled: boolean): void {
    if (this.quiet || (area === null && this.area !== null)) return;
    if (area === null) return;
    this.area = area;
    this.tellSize();
    if (settled) {
      this.tellTools(true);
      this.say("Area disegnata: si corregge trascinando i vertici, poi «Fatto».");
    }
    this.events.onArea(area, settled);
  }

  private tellSize(): void {
    const line = document.querySelector<HTMLElement>("[data-size]");
    if (!line || !this.drawing) return;
    const size = this.drawing.area_m2();
    line.hidden = size === 0;
    line.textContent = `circa ${readableArea(size)}`;
  }

  private tellTools(working: boolean, editable = true): void {
    const has = this.area !== null;
    this.buttons.draw.textContent = has ? "Ridisegna" : "Disegna l'area";
    this.buttons.draw.classList.toggle("button-primary", !has);
    this.buttons.draw.hidden = working && has;
    this.buttons.edit.hidden = !has || working || !editable;
    this.buttons.rest.hidden = !working || !has;
  }

  private listenToDialog(): void {
    const dialog = document.getElementById("outline");
    const form = dialog?.querySelector<HTMLFormElement>("form[data-outline]");
    if (!(dialog instanceof HTMLDialogElement) || !form) return;
    document.querySelector("[data-open-outline]")?.addEventListener("click", () => dialog.showModal());
    dialog.querySelector("[data-outline-close]")?.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.take(dialog, form);
    });
  }

  private async take(dialog: HTMLDialogElement, form: HTMLFormElement): Promise<void> {
    const line = form.querySelector<HTMLElement>("[data-outline-error]") as HTMLElement;
    const data = new FormData(form);
    const file = data.get("file");
    if (file instanceof File && file.size === 0) data.delete("file");
    form.setAttribute("aria-busy", "true");
    try {
      const outline = await this.server.outline(data);
      this.area = outline.geometria;
      this.lay(outline.geometria);
      line.hidden = true;
      dialog.close();
      form.reset();
      this.say(["Area letta.", ...outline.avvisi].join(" "));
      this.events.onOutline(outline);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      line.textContent = error.message;
      line.hidden = false;
    }
    form.removeAttribute("aria-busy");
  }

  private tellNoMap(box: HTMLElement): void {
    const note = document.createElement("div");
    note.className = "map-failed";
    note.textContent = "Questo browser non può disegnare la mappa. L'area si può dare da un file o con le coordinate.";
    box.append(note);
    this.buttons.draw.hidden = true;
  }

  private say(sentence: string): void {
    const line = document.querySelector<HTMLElement>("[data-say-map]");
    if (line) line.textContent = sentence;
  }
}
