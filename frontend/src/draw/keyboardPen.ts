// Drawing without a mouse: the map moves under a cross, a key puts a corner where the cross is.
import type { Map as MapLibre } from "maplibre-gl";
import type { Position } from "geojson";
import { phrase } from "../site/words";

const SOURCE = "keyboard-pen";

export type PenKind = "area" | "linea" | "punti";

const LEAST: Record<PenKind, [number, string]> = {
  area: [3, phrase("Servono almeno tre vertici per chiudere un'area.")],
  linea: [2, phrase("Servono almeno due vertici per una linea.")],
  punti: [1, phrase("Serve almeno un punto.")],
};

export interface PenEvents {
  /** What was drawn: a closed ring, a line, or points. */
  onClose: (positions: Position[]) => void;
  /** Something worth telling a screen reader. */
  onSay: (sentence: string) => void;
}

/** Space puts a corner at the centre of the map, Backspace takes the last away, Enter closes what is drawn. */
export class KeyboardPen {
  private corners: Position[] = [];
  private active = false;
  private kind: PenKind = "area";
  private readonly cross = document.createElement("div");
  private readonly onKey = (event: KeyboardEvent): void => this.press(event);

  constructor(private readonly map: MapLibre, private readonly events: PenEvents) {
    this.cross.className = "map-cross";
    this.cross.hidden = true;
    this.cross.setAttribute("aria-hidden", "true");
    map.getContainer().append(this.cross);
  }

  /** Starts listening; the cross appears with the first key, so that a mouse never sees it. */
  start(kind: PenKind = "area"): void {
    this.kind = kind;
    if (this.active) return;
    this.active = true;
    this.map.getCanvas().addEventListener("keydown", this.onKey);
  }

  /** Stops listening and forgets the corners. */
  stop(): void {
    this.active = false;
    this.cross.hidden = true;
    this.corners = [];
    this.map.getCanvas().removeEventListener("keydown", this.onKey);
    if (this.map.getLayer(SOURCE)) this.map.removeLayer(SOURCE);
    if (this.map.getSource(SOURCE)) this.map.removeSource(SOURCE);
  }

  private press(event: KeyboardEvent): void {
    if (event.key.startsWith("Arrow")) this.cross.hidden = false;
    if (event.key === " ") this.put();
    else if (event.key === "Backspace") this.takeBack();
    else if (event.key === "Enter" && this.corners.length > 0) this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  private put(): void {
    this.cross.hidden = false;
    const { lng, lat } = this.map.getCenter();
    this.corners.push([round(lng), round(lat)]);
    this.show();
    this.events.onSay(phrase("Vertice {n} posato.", { n: this.corners.length }));
  }

  private takeBack(): void {
    this.corners.pop();
    this.show();
    this.events.onSay(phrase("Vertice tolto: ne restano {n}.", { n: this.corners.length }));
  }

  private close(): void {
    const [first] = this.corners;
    const [least, sentence] = LEAST[this.kind];
    if (!first || this.corners.length < least) {
      this.events.onSay(sentence);
      return;
    }
    const drawn = this.kind === "area" ? [...this.corners, first] : [...this.corners];
    this.stop();
    this.events.onClose(drawn);
  }

  private show(): void {
    const data = { type: "Feature" as const, properties: {}, geometry: this.kind === "punti"
      ? { type: "MultiPoint" as const, coordinates: this.corners } : { type: "LineString" as const, coordinates: this.corners } };
    const source = this.map.getSource(SOURCE);
    if (source && "setData" in source) (source as { setData: (d: unknown) => void }).setData(data);
    else {
      this.map.addSource(SOURCE, { type: "geojson", data });
      if (this.kind === "punti") this.map.addLayer({ id: SOURCE, type: "circle", source: SOURCE, paint: { "circle-color": "#0b3d70", "circle-radius": 6 } });
      else this.map.addLayer({ id: SOURCE, type: "line", source: SOURCE, paint: { "line-color": "#0b3d70", "line-width": 2.5 } });
    }
  }
}

/** Nine decimals are a tenth of a millimetre: what the drawing library accepts, and more than a map knows. */
function round(degrees: number): number {
  return Math.round(degrees * 1e9) / 1e9;
}
