// The changes tried, drawn on the map: what opens or moves can be dragged, passages are lines.
import { Marker } from "maplibre-gl";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { TOP_SLOT } from "../map";
import { phrase } from "../site/words";
import type { Point } from "./services";

export interface Gesture {
  gesto: "apri" | "chiudi" | "sposta" | "passaggio";
  punti: Point[];
  servizio: string;
  /** Where a service that moves stands today. */
  from?: Point;
  words: string;
}

export interface MarkEvents {
  onMoving: () => void;
  onMoved: () => void;
}

const LINES = "access-tried";

export class GestureMarks {
  private markers: Marker[] = [];
  private gestures: Gesture[] = [];
  private first: Point | null = null;
  private hand: Point | null = null;

  constructor(private readonly map: MapLibre, private readonly events: MarkEvents) {
    map.addSource(LINES, { type: "geojson", data: this.lines() });
    map.addLayer({ id: LINES, type: "line", source: LINES, filter: ["==", ["get", "role"], "passaggio"], layout: { "line-cap": "round" },
      paint: { "line-color": "#0b3d70", "line-width": 5 } }, TOP_SLOT);
    map.addLayer({ id: `${LINES}-way`, type: "line", source: LINES, filter: ["!=", ["get", "role"], "passaggio"],
      paint: { "line-color": "#0b3d70", "line-width": 1.6, "line-dasharray": [2, 2] } }, TOP_SLOT);
    map.on("mousemove", ({ lngLat }) => {
      if (!this.first) return;
      this.hand = [lngLat.lng, lngLat.lat];
      this.redraw();
    });
  }

  /** The first end of a passage not yet finished. */
  begun(): Point | null {
    return this.first;
  }

  begin(at: Point | null): void {
    this.first = at;
    this.hand = null;
    this.place();
  }

  draw(gestures: Gesture[]): void {
    this.gestures = gestures;
    this.place();
  }

  private place(): void {
    for (const marker of this.markers) marker.remove();
    this.markers = this.gestures.flatMap((gesture, row) => gesture.punti.map((_at, end) => this.marker(gesture, row, end)));
    if (this.first) this.markers.push(new Marker({ element: dot("access-tried-end", phrase("Un capo del passaggio")) }).setLngLat(this.first).addTo(this.map));
    this.redraw();
  }

  private marker(gesture: Gesture, row: number, end: number): Marker {
    const passage = gesture.gesto === "passaggio";
    const element = dot(passage ? "access-tried-end" : "access-tried-dot", `${row + 1}. ${gesture.words}`);
    if (!passage) element.append(String(row + 1));
    const marker = new Marker({ element, draggable: true }).setLngLat(gesture.punti[end] as Point).addTo(this.map);
    const take = (): void => {
      const { lng, lat } = marker.getLngLat();
      gesture.punti[end] = [lng, lat];
      this.redraw();
    };
    marker.on("drag", () => {
      take();
      this.events.onMoving();
    });
    marker.on("dragend", () => {
      take();
      this.events.onMoved();
    });
    return marker;
  }

  private redraw(): void {
    this.map.getSource<GeoJSONSource>(LINES)?.setData(this.lines());
  }

  private lines(): GeoJSON.FeatureCollection {
    const features = this.gestures.flatMap(({ gesto, punti, from }) => {
      if (gesto === "passaggio") return [line(punti, "passaggio")];
      return from && punti[0] ? [line([from, punti[0]], "sposta")] : [];
    });
    if (this.first && this.hand) features.push(line([this.first, this.hand], "mano"));
    return { type: "FeatureCollection", features };
  }
}

function line(coordinates: Point[], role: string): GeoJSON.Feature {
  return { type: "Feature", properties: { role }, geometry: { type: "LineString", coordinates } };
}

function dot(name: string, label: string): HTMLElement {
  const element = document.createElement("div");
  element.className = name;
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", label);
  return element;
}
