// Drawing without a mouse: the map moves under a cross, a key puts a corner where the cross is.
import type { Map as MapLibre } from "maplibre-gl";
import type { Position } from "geojson";

const SOURCE = "keyboard-pen";

export interface PenEvents {
  /** A closed ring was drawn. */
  onClose: (ring: Position[]) => void;
  /** Something worth telling a screen reader. */
  onSay: (sentence: string) => void;
}

/** Space puts a corner at the centre of the map, Backspace takes the last away, Enter closes the area. */
export class KeyboardPen {
  private corners: Position[] = [];
  private active = false;
  private readonly cross = document.createElement("div");
  private readonly onKey = (event: KeyboardEvent): void => this.press(event);

  constructor(private readonly map: MapLibre, private readonly events: PenEvents) {
    this.cross.className = "map-cross";
    this.cross.hidden = true;
    this.cross.setAttribute("aria-hidden", "true");
    map.getContainer().append(this.cross);
  }

  /** Starts listening; the cross appears with the first key, so that a mouse never sees it. */
  start(): void {
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
    this.events.onSay(`Vertice ${this.corners.length} posato.`);
  }

  private takeBack(): void {
    this.corners.pop();
    this.show();
    this.events.onSay(`Vertice tolto: ne restano ${this.corners.length}.`);
  }

  private close(): void {
    const [first] = this.corners;
    if (!first || this.corners.length < 3) {
      this.events.onSay("Servono almeno tre vertici per chiudere un'area.");
      return;
    }
    const ring = [...this.corners, first];
    this.stop();
    this.events.onClose(ring);
  }

  private show(): void {
    const data = { type: "Feature" as const, properties: {}, geometry: { type: "LineString" as const, coordinates: this.corners } };
    const source = this.map.getSource(SOURCE);
    if (source && "setData" in source) (source as { setData: (d: unknown) => void }).setData(data);
    else {
      this.map.addSource(SOURCE, { type: "geojson", data });
      this.map.addLayer({ id: SOURCE, type: "line", source: SOURCE, paint: { "line-color": "#0b3d70", "line-width": 2.5 } });
    }
  }
}

/** Nine decimals are a tenth of a millimetre: what the drawing library accepts, and more than a map knows. */
function round(degrees: number): number {
  return Math.round(degrees * 1e9) / 1e9;
}
