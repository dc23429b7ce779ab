// A point on the map: put by a click, by Enter at the centre, by coordinates; moved by dragging.
import type { Point } from "geojson";
import { Marker } from "maplibre-gl";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { TOP_SLOT } from "../map";
import { phrase } from "../site/words";

export interface SpotEvents {
  onPoint: () => void;
  onSay: (sentence: string) => void;
}

interface Around {
  lum: string | null;
  servizi: string | null;
}

const CLOSE = 13;

export class SpotOnMap {
  private readonly button = document.querySelector<HTMLButtonElement>("[data-point]") as HTMLButtonElement;
  private map: MapLibre | null = null;
  private marker: Marker | null = null;
  private point: [number, number] | null = null;
  private waiting = false;
  private far = false;

  constructor(private readonly around: Around, private readonly events: SpotEvents) {
    this.button.addEventListener("click", () => this.wait(!this.waiting));
  }

  /** The point as it is now. */
  read(): Point | null {
    return this.point && { type: "Point", coordinates: this.point };
  }

  /** Takes the map, when it is there, and draws what stands around. */
  open(map: MapLibre, voce: string): void {
    this.map = map;
    if (this.around.lum) {
      map.addSource("lum", { type: "geojson", data: this.around.lum });
      map.addLayer({ id: "lum-line", type: "line", source: "lum", filter: ["==", ["get", "role"], "shape"],
        paint: { "line-color": "#8c2d62", "line-width": 1.6, "line-dasharray": [2, 1.4] } }, TOP_SLOT);
    }
    map.addSource("same", { type: "geojson", data: this.address(voce) });
    map.addLayer({ id: "same", type: "circle", source: "same",
      paint: { "circle-color": "#17324d", "circle-radius": 4.5, "circle-stroke-width": 1.2, "circle-stroke-color": "#ffffff" } }, TOP_SLOT);
    map.on("click", ({ lngLat }) => { if (this.waiting) this.taken(lngLat.lng, lngLat.lat); });
    map.getCanvas().addEventListener("keydown", (event) => {
      if (!this.waiting) return;
      const { lng, lat } = map.getCenter();
      if (event.key === "Enter") this.taken(lng, lat);
      if (event.key === "Escape") this.wait(false);
    });
    if (this.point) this.put(this.point, this.far);
  }

  /** Shows the services of the kind chosen. */
  same(voce: string): void {
    this.map?.getSource<GeoJSONSource>("same")?.setData(this.address(voce));
  }

  /** Puts the point; goes there where it comes from elsewhere than the map. */
  put([lon, lat]: [number, number], far = false): void {
    this.point = [round(lon), round(lat)];
    this.far = far;
    if (!this.map) return;
    if (!this.marker) {
      const element = document.createElement("div");
      element.className = "site-key-place site-pin";
      element.setAttribute("role", "img");
      element.setAttribute("aria-label", phrase("Il luogo proposto"));
      this.marker = new Marker({ element, draggable: true });
      this.marker.on("dragend", () => {
        const at = this.marker?.getLngLat();
        if (at) this.taken(at.lng, at.lat);
      });
    }
    this.marker.setLngLat([lon, lat]).addTo(this.map);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (far) this.map.easeTo({ center: [lon, lat], zoom: Math.max(CLOSE, this.map.getZoom()), animate: !still });
  }

  forget(): void {
    this.point = null;
    this.marker?.remove();
    this.wait(false);
  }

  private wait(waiting: boolean): void {
    this.waiting = waiting;
    this.button.setAttribute("aria-pressed", String(waiting));
    document.getElementById("map")?.setAttribute("data-mode", waiting ? "punto" : "");
    if (!waiting) return;
    this.events.onSay(phrase("Un clic sulla mappa dove starebbe il servizio. Da tastiera: frecce per muovere la mappa, Invio per segnare il centro."));
    this.map?.getCanvas().focus();
  }

  private taken(lon: number, lat: number): void {
    this.put([lon, lat]);
    this.wait(false);
    this.events.onPoint();
    this.events.onSay(phrase("Punto segnato: si sposta trascinandolo."));
  }

  private address(voce: string): string | GeoJSON.FeatureCollection {
    if (!this.around.servizi || !voce) return { type: "FeatureCollection", features: [] };
    return `${this.around.servizi}?voce=${encodeURIComponent(voce)}`;
  }
}

function round(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7;
}
