// Two versions of the same place, one on each side of a handle that can be dragged or moved with the arrows.
import "../styles/swipe.css";
import type { Map as MapLibre } from "maplibre-gl";
import type { MapConfig } from "./config";
import { createMap } from "./createMap";
import { ThemeLayer } from "./themes";
import type { Theme } from "./themes";
import { phrase } from "../site/words";

/** A second map laid over the first and cut at the handle; `left` is what it shows. */
export class Swipe {
  private over: MapLibre | null = null;
  private at = 50;
  private readonly box = document.createElement("div");
  private readonly handle = document.createElement("input");
  private readonly names = document.createElement("div");
  private readonly follow = (): void => this.copyCamera();

  constructor(private readonly map: MapLibre, private readonly config: MapConfig, left: string, right: string) {
    this.box.className = "swipe-map";
    this.handle.type = "range";
    this.handle.className = "swipe-handle";
    this.handle.min = "0";
    this.handle.max = "100";
    this.handle.setAttribute("aria-label", phrase("Confine del confronto: a sinistra {left}, a destra {right}", { left, right }));
    this.names.className = "swipe-names";
    this.names.append(tag(left), tag(right));
    this.handle.addEventListener("input", () => this.cut(Number(this.handle.value)));
  }

  /** Puts the second map in place, showing a theme, or what `shown` draws on it. */
  async open(shown: Theme | ((map: MapLibre) => void)): Promise<void> {
    const stage = this.map.getContainer();
    stage.append(this.box, this.handle, this.names);
    this.over = await createMap(this.box, { config: this.config, label: phrase("Versione a confronto"), interactive: false });
    if (typeof shown === "function") shown(this.over);
    else new ThemeLayer(this.over, shown);
    this.copyCamera();
    this.map.on("move", this.follow);
    this.cut(50);
  }

  /** Takes the second map away. */
  close(): void {
    this.map.off("move", this.follow);
    this.over?.remove();
    this.box.remove();
    this.handle.remove();
    this.names.remove();
  }

  private copyCamera(): void {
    this.over?.jumpTo({ center: this.map.getCenter(), zoom: this.map.getZoom() });
  }

  private cut(percent: number): void {
    this.at = percent;
    this.handle.value = String(percent);
    this.box.style.clipPath = `inset(0 ${100 - this.at}% 0 0)`;
    this.handle.style.setProperty("--at", `${this.at}%`);
    this.names.style.setProperty("--at", `${this.at}%`);
  }
}

function tag(text: string): HTMLElement {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}
