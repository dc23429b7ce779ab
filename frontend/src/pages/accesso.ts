// The page of access: minutes on foot on the map; a click says the minutes from there, and to which service.
import "../styles/map.css";
import "../styles/suoli.css";
import "../styles/accesso.css";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { TOP_SLOT, ThemeLayer, canDraw, createMap, readConfig } from "../map";
import type { MapConfig, Theme } from "../map";
import { Siting } from "../accesso/siting";
import type { Service } from "../accesso/services";
import { Trying } from "../accesso/trying";
import { followSearch } from "../map/follow";
import { phrase } from "../site/words";

const HERE = "access-here";

const form = document.querySelector<HTMLFormElement>("[data-access-form]");
form?.addEventListener("change", () => {
  const minutes = form.querySelector<HTMLSelectElement>("[name=minuti]");
  const what = form.querySelector<HTMLSelectElement>("[name=che]");
  if (minutes && what) minutes.disabled = what.value === "categorie";
  const query = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  if (`?${query}` === location.search) return;
  form.setAttribute("aria-busy", "true");
  location.assign(`${location.pathname}?${query}${location.hash}`); // the map stays where it is
});
window.addEventListener("pageshow", () => form?.removeAttribute("aria-busy"));

const box = document.getElementById("access-map");
if (box && canDraw()) void start(box);
else if (box) box.textContent = phrase("Questo browser non può disegnare la mappa: i luoghi sono nella tabella.");

async function start(element: HTMLElement): Promise<void> {
  const config = readConfig<MapConfig>("map-config");
  const map = await createMap(element, { config, label: element.dataset["label"] ?? "Mappa", padding: 12, hash: true });
  const theme = new ThemeLayer(map, readConfig<Theme>("theme-data"));
  followSearch(map, config);
  if (document.querySelector("[data-siting]")) new Siting(map, readConfig("siting-data"));
  const card = new Card(map, element.dataset["place"] ?? "");
  const trying = document.querySelector("[data-trying]") ? new Trying(map, theme, readConfig("siting-data")) : null;
  const clicked = (lon: number, lat: number, service: Service | null): void => {
    if (trying?.take(lon, lat)) return;
    if (service) card.choose(service);
    else void card.open(lon, lat);
  };
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-try]")) card.close();
  });
  const reading = (): boolean => trying?.reading ?? false;
  map.on("click", ({ lngLat, point }) => clicked(lngLat.lng, lngLat.lat, (reading() && trying?.services.under(point)) || null));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault(); // the focus may move to a button, which this very key would press
      const { lng, lat } = map.getCenter();
      clicked(lng, lat, (reading() && trying?.services.atCentre()) || null);
    }
    if (event.key === "Escape" && !trying?.cancel()) card.close();
  });
}

/** The card of a place, and the lines from it to the nearest services. */
class Card {
  private readonly card = document.querySelector<HTMLElement>("[data-access-card]");
  private readonly body = document.querySelector<HTMLElement>("[data-access-card] [data-card-body]");
  private asked = 0;

  constructor(private readonly map: MapLibre, private readonly address: string) {
    this.card?.querySelector("[data-card-close]")?.addEventListener("click", () => this.close());
  }

  async open(lon: number, lat: number): Promise<void> {
    if (!this.card || !this.body) return;
    const turn = ++this.asked;
    this.card.hidden = false;
    this.card.setAttribute("aria-busy", "true");
    this.draw(lon, lat, []);
    try {
      const answer = await fetch(`${this.address}&lon=${lon}&lat=${lat}`, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      if (turn !== this.asked) return;
      this.body.innerHTML = text;
      this.draw(lon, lat, this.services());
    } catch {
      if (turn === this.asked) this.body.textContent = phrase("I minuti da questo punto non si sono letti: riprovare.");
    }
    this.card.removeAttribute("aria-busy");
  }

  /** Offers what can be done with a service of today; the minutes from there are one step further. */
  choose({ id, name, voce, at }: Service): void {
    if (!this.card || !this.body) return;
    this.asked++;
    this.card.hidden = false;
    this.card.removeAttribute("aria-busy");
    this.draw(at[0], at[1], []);
    const kind = paragraph("place-kicker", voce);
    const title = document.createElement("h3");
    title.className = "works-name";
    title.textContent = name;
    const what = paragraph("buttons", "");
    what.append(doing("chiudi", id, name, phrase("Se chiudesse")), doing("sposta", id, name, phrase("Se si spostasse")));
    const minutes = paragraph("", "");
    const read = document.createElement("button");
    read.type = "button";
    read.className = "link-button small";
    read.textContent = phrase("I minuti da qui");
    read.addEventListener("click", () => void this.open(at[0], at[1]));
    minutes.append(read);
    this.body.replaceChildren(kind, title, what, minutes);
    what.querySelector("button")?.focus({ preventScroll: true });
  }

  close(): void {
    this.asked++;
    if (this.card) this.card.hidden = true;
    this.source()?.setData({ type: "FeatureCollection", features: [] });
  }

  private services(): [number, number][] {
    const rows = this.body?.querySelectorAll<HTMLElement>("[data-lon]") ?? [];
    return [...rows].map((row) => [Number(row.dataset["lon"]), Number(row.dataset["lat"])]);
  }

  private source(): GeoJSONSource | undefined {
    return this.map.getSource<GeoJSONSource>(HERE);
  }

  private draw(lon: number, lat: number, services: [number, number][]): void {
    const features = [
      ...services.map((at) => feature("LineString", [[lon, lat], at], "line")),
      ...services.map((at) => feature("Point", at, "service")),
      feature("Point", [lon, lat], "here"),
    ];
    const data = { type: "FeatureCollection", features } as GeoJSON.FeatureCollection;
    const source = this.source();
    if (source) {
      source.setData(data);
      return;
    }
    this.map.addSource(HERE, { type: "geojson", data });
    this.map.addLayer({ id: `${HERE}-line`, type: "line", source: HERE, filter: ["==", ["get", "role"], "line"],
      paint: { "line-color": "#17324d", "line-width": 1.2, "line-dasharray": [2, 2] } }, TOP_SLOT);
    this.map.addLayer({ id: `${HERE}-dot`, type: "circle", source: HERE, filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": ["match", ["get", "role"], "here", 7, 5], "circle-stroke-width": 2, "circle-stroke-color": "#ffffff",
        "circle-color": ["match", ["get", "role"], "here", "#0066cc", "#17324d"] } }, TOP_SLOT);
  }
}

function paragraph(name: string, text: string): HTMLElement {
  const found = document.createElement("p");
  found.className = name;
  found.textContent = text;
  return found;
}

function doing(what: string, id: string, name: string, words: string): HTMLElement {
  const found = document.createElement("button");
  found.type = "button";
  found.className = "button button-small";
  Object.assign(found.dataset, { try: what, service: id, name });
  found.textContent = words;
  return found;
}

function feature(type: "Point" | "LineString", coordinates: unknown, role: string): GeoJSON.Feature {
  return { type: "Feature", properties: { role }, geometry: { type, coordinates } as GeoJSON.Geometry };
}
