// Changes tried on the map: a service opens, closes or moves, a passage is built; who gains and who loses.
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { TOP_SLOT } from "../map";
import { Refused, Unreachable, post } from "../site/requests";

type Mode = "leggi" | "apri" | "passaggio" | "sposta";
type Point = [number, number];

interface Gesture {
  gesto: "apri" | "chiudi" | "sposta" | "passaggio";
  punti: Point[];
  servizio: string;
  words: string;
}

interface TryingData {
  prova: string;
  che: string;
  gruppo: string;
  minuti: number | null;
  calcolo: string;
  parole: Record<string, string>;
}

const LAYER = "access-tried";

/** The mode of the map, the list of changes, and their effect in words. */
export class Trying {
  private readonly list = document.querySelector("[data-trying-list]") as HTMLElement;
  private readonly answer = document.querySelector("[data-trying-answer]") as HTMLElement;
  private readonly hint = document.querySelector("[data-trying-hint]") as HTMLElement;
  private readonly usual: string;
  private readonly gestures: Gesture[] = [];
  private mode: Mode = "leggi";
  private first: Point | null = null;
  private moving: { id: string; name: string } | null = null;
  private asking: AbortController | null = null;
  private ready: Promise<void> | null = null;

  constructor(private readonly map: MapLibre, private readonly data: TryingData) {
    this.usual = this.hint.textContent ?? "";
    document.querySelector("[data-trying-mode]")?.addEventListener("change", (event) => {
      this.enter((event.target as HTMLInputElement).value as Mode);
    });
    document.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-try]") : null;
      if (button) this.chosen(button);
    });
    this.list.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-undo]") : null;
      if (!button) return;
      this.gestures.splice(Number(button.dataset["undo"]), 1);
      void this.weigh();
    });
  }

  /** Makes the network of the shown run ready, once, and says so while it is being made. */
  private prepare(): Promise<void> {
    const busy = document.querySelector<HTMLElement>("[data-trying-preparing]");
    const { che, gruppo, minuti, calcolo } = this.data;
    this.ready ??= (async () => {
      if (busy) busy.hidden = false;
      try {
        await post(this.data.prova, { che, gruppo, minuti, calcolo, prepara: true });
      } catch {
        this.ready = null; // the answer to the first change will say why
      } finally {
        if (busy) busy.hidden = true;
      }
    })();
    return this.ready;
  }

  /** Takes a click on the map, if a change is waiting for it. */
  take(lon: number, lat: number): boolean {
    const here: Point = [lon, lat];
    if (this.mode === "apri") this.add({ gesto: "apri", punti: [here], servizio: "", words: this.word("apre") });
    else if (this.mode === "sposta" && this.moving) {
      this.add({ gesto: "sposta", punti: [here], servizio: this.moving.id, words: this.word("sposta", this.moving.name) });
      this.back();
    } else if (this.mode === "passaggio") {
      if (!this.first) {
        this.first = here;
        this.say(this.word("altro"));
        this.draw();
        return true;
      }
      this.add({ gesto: "passaggio", punti: [this.first, here], servizio: "", words: this.word("passaggio") });
      this.first = null;
      this.say(this.word("capi"));
    } else return false;
    return true;
  }

  private chosen(button: HTMLElement): void {
    const id = button.dataset["service"] ?? "";
    const name = button.dataset["name"] ?? id;
    if (button.dataset["try"] === "chiudi") {
      this.add({ gesto: "chiudi", punti: [], servizio: id, words: this.word("chiude", name) });
      return;
    }
    this.moving = { id, name };
    this.enter("sposta");
    this.say(this.word("dove_va", name));
  }

  private enter(mode: Mode): void {
    this.mode = mode;
    if (mode !== "leggi") void this.prepare();
    this.first = null;
    document.getElementById("access-map")?.setAttribute("data-mode", mode);
    if (mode === "apri") this.say(this.word("dove_apre"));
    else if (mode === "passaggio") this.say(this.word("capi"));
    else this.say(this.usual);
  }

  /** Goes back to reading the minutes. */
  private back(): void {
    this.moving = null;
    const reading = document.querySelector<HTMLInputElement>("[data-trying-mode] [value=leggi]");
    if (reading) reading.checked = true;
    this.enter("leggi");
  }

  private word(key: string, name = ""): string {
    return (this.data.parole[key] ?? key).replace("%s", name);
  }

  private say(text: string): void {
    this.hint.textContent = text;
  }

  private add(gesture: Gesture): void {
    this.gestures.push(gesture);
    void this.weigh();
  }

  private async weigh(): Promise<void> {
    this.draw();
    this.list.replaceChildren(...this.gestures.map((one, row) => this.item(one, row)));
    this.asking?.abort();
    if (!this.gestures.length) {
      this.answer.replaceChildren();
      return;
    }
    const asking = new AbortController();
    this.asking = asking;
    this.answer.setAttribute("aria-busy", "true");
    try {
      const gesti = this.gestures.map(({ gesto, punti, servizio }) => (punti.length ? { gesto, punti, servizio } : { gesto, servizio }));
      const { che, gruppo, minuti, calcolo } = this.data;
      await this.prepare();
      if (asking.signal.aborted) return;
      const found = await post<{ html: string }>(this.data.prova, { che, gruppo, minuti, calcolo, gesti }, { signal: asking.signal });
      this.answer.innerHTML = found.html;
    } catch (error) {
      if (error instanceof Refused || error instanceof Unreachable) this.answer.textContent = error.message;
      else if (!(error instanceof DOMException)) throw error;
    } finally {
      if (this.asking === asking) this.answer.removeAttribute("aria-busy");
    }
  }

  private item(gesture: Gesture, row: number): HTMLElement {
    const item = document.createElement("li");
    item.textContent = `${gesture.words} `;
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "link-button small";
    undo.dataset["undo"] = String(row);
    undo.textContent = this.word("togli");
    item.append(undo);
    return item;
  }

  private draw(): void {
    const features = this.gestures.flatMap(({ punti }) => [
      ...(punti.length === 2 ? [shape("LineString", punti)] : []),
      ...punti.map((at) => shape("Point", at)),
    ]);
    if (this.first) features.push(shape("Point", this.first));
    const data: GeoJSON.FeatureCollection = { type: "FeatureCollection", features };
    const source = this.map.getSource<GeoJSONSource>(LAYER);
    if (source) {
      source.setData(data);
      return;
    }
    this.map.addSource(LAYER, { type: "geojson", data });
    this.map.addLayer({ id: `${LAYER}-line`, type: "line", source: LAYER, filter: ["==", ["geometry-type"], "LineString"],
      paint: { "line-color": "#0066cc", "line-width": 4 } }, TOP_SLOT);
    this.map.addLayer({ id: `${LAYER}-dot`, type: "circle", source: LAYER, filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 7, "circle-color": "#0066cc", "circle-stroke-width": 2, "circle-stroke-color": "#ffffff" } }, TOP_SLOT);
  }
}

function shape(type: "Point" | "LineString", coordinates: unknown): GeoJSON.Feature {
  return { type: "Feature", properties: {}, geometry: { type, coordinates } as GeoJSON.Geometry };
}
