// The services of today as dots: what is under a click, what is nearest the centre, by name.
import type { GeoJSONSource, Map as MapLibre, PointLike } from "maplibre-gl";
import { TOP_SLOT } from "../map";
import { phrase } from "../site/words";

export type Point = [number, number];

export interface Service {
  id: string;
  name: string;
  voce: string;
  at: Point;
}

const DOTS = "access-services";
const REACH_PX = 7;
const CENTRE_PX = 22;
const MOST_LISTED = 3000;

export class ServiceDots {
  private readonly byId = new Map<string, Service>();
  private closed: string[] = [];

  constructor(private readonly map: MapLibre, address: string) {
    map.addSource(DOTS, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    map.addLayer({ id: DOTS, type: "circle", source: DOTS,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 1.6, 11, 3.2, 14, 6.5],
        "circle-color": ["case", ["get", "chiuso"], "#ffffff", "#17324d"],
        "circle-stroke-color": ["case", ["get", "chiuso"], "#9b1c2e", "#ffffff"],
        "circle-stroke-width": ["case", ["get", "chiuso"], 2.5, 1],
      } }, TOP_SLOT);
    for (const [event, cursor] of [["mouseenter", "pointer"], ["mouseleave", ""]] as const) {
      map.on(event, DOTS, () => (map.getCanvas().style.cursor = cursor));
    }
    void this.load(address);
  }

  get(id: string): Service | undefined {
    return this.byId.get(id);
  }

  /** The service whose dot is at a point of the screen; nearest first. */
  under({ x, y }: { x: number; y: number }, reach = REACH_PX): Service | null {
    const box: [PointLike, PointLike] = [[x - reach, y - reach], [x + reach, y + reach]];
    const found = this.map.queryRenderedFeatures(box, { layers: [DOTS] }).map((one) => this.byId.get(String(one.properties["id"])));
    const away = (one: Service): number => {
      const at = this.map.project(one.at);
      return Math.hypot(at.x - x, at.y - y);
    };
    return found.filter((one) => one !== undefined).sort((one, other) => away(one) - away(other))[0] ?? null;
  }

  /** The service at the centre of the map, for who has no mouse. */
  atCentre(): Service | null {
    return this.under(this.map.project(this.map.getCenter()), CENTRE_PX);
  }

  /** The service written in a field, as the list offers it. */
  named(text: string): Service | null {
    const wanted = text.trim();
    const id = / · ([^·]+)$/.exec(wanted)?.[1] ?? wanted;
    return this.byId.get(id) ?? [...this.byId.values()].find((one) => one.name === wanted) ?? null;
  }

  /** Shows some services as closed or moved away. */
  close(ids: string[]): void {
    if (ids.join() === this.closed.join()) return;
    this.closed = ids;
    this.draw();
  }

  private async load(address: string): Promise<void> {
    const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return this.lost();
    const { features } = (await answer.json()) as GeoJSON.FeatureCollection<GeoJSON.Point, { id: string; nome: string; voce: string }>;
    for (const { properties, geometry } of features) {
      this.byId.set(properties.id, { id: properties.id, name: properties.nome, voce: properties.voce, at: geometry.coordinates as Point });
    }
    this.draw();
    this.list();
    this.map.getContainer().dataset["services"] = String(this.byId.size);
  }

  private lost(): void {
    const hint = document.querySelector("[data-trying-hint]");
    if (hint) hint.textContent = phrase("I servizi di oggi non si sono letti: ricaricare la pagina.");
  }

  private list(): void {
    const list = document.getElementById("prova-servizi");
    list?.replaceChildren(...[...this.byId.values()].slice(0, MOST_LISTED).map((one) => {
      const option = document.createElement("option");
      option.value = `${one.name} · ${one.id}`;
      return option;
    }));
  }

  private draw(): void {
    const features = [...this.byId.values()].map(({ id, at }): GeoJSON.Feature => (
      { type: "Feature", properties: { id, chiuso: this.closed.includes(id) }, geometry: { type: "Point", coordinates: at } }));
    this.map.getSource<GeoJSONSource>(DOTS)?.setData({ type: "FeatureCollection", features });
  }
}
