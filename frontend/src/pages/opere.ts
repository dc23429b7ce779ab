// The page of funded works: each drawn with its shape, and with a dot that stands for it from afar.
import "../styles/map.css";
import "../styles/opere.css";
import type { DataDrivenPropertyValueSpecification, Map as MapLibre } from "maplibre-gl";
import { canDraw, createMap, readConfig } from "../map";
import type { MapConfig } from "../map";
import { TOP_SLOT } from "../map/style";
import { phrase } from "../site/words";

interface WorksMap {
  url: string;
  /** Address of a work's card, `?id=` apart. */
  card: string;
  bounds: [number, number, number, number] | null;
}

type Which = "fund" | "state";
const DOT = "works-dot";
const REACH_PX = 6;
/** Inhabitants from which a name may stand further from its point: around it works are many, and there is room. */
const CITY = 500_000;

const box = document.getElementById("works-map");
if (box && canDraw()) void start(box);
else if (box) box.textContent = phrase("Questo browser non può disegnare la mappa: le opere sono nell'elenco.");

async function start(element: HTMLElement): Promise<void> {
  const data = readConfig<WorksMap>("works-data");
  const config = readConfig<MapConfig>("map-config");
  const map = await createMap(element, {
    config, label: element.dataset["label"] ?? "Mappa", padding: 36, ...(data.bounds ? { bounds: data.bounds } : {}),
  });
  draw(map, data.url);
  const card = new Card(map, data.card);
  map.on("click", (event) => {
    const { x, y } = event.point;
    const around: [[number, number], [number, number]] = [[x - REACH_PX, y - REACH_PX], [x + REACH_PX, y + REACH_PX]];
    const [found] = map.queryRenderedFeatures(around, { layers: [DOT, "works-fill", "works-line"] });
    if (found) void card.open(String(found.properties["id"]));
    else card.close();
  });
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Escape") card.close();
  });
  for (const layer of [DOT, "works-fill", "works-line"]) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  document.querySelector("[data-colour-by]")?.addEventListener("change", (event) => paint(map, (event.target as HTMLInputElement).value as Which));
}

function draw(map: MapLibre, url: string): void {
  map.addSource("works", { type: "geojson", data: url });
  const colour: DataDrivenPropertyValueSpecification<string> = ["get", "fund"];
  map.addLayer({ id: "works-fill", type: "fill", source: "works",
    filter: ["all", ["==", ["get", "role"], "shape"], ["==", ["geometry-type"], "Polygon"]],
    paint: { "fill-color": colour, "fill-opacity": 0.55 } }, TOP_SLOT);
  map.addLayer({ id: "works-line", type: "line", source: "works", filter: ["==", ["get", "role"], "shape"],
    layout: { "line-join": "round", "line-cap": "round" },
    paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 10, 1.5, 16, 4] } }, TOP_SLOT);
  makeRoom(map);
  map.addLayer({ id: DOT, type: "circle", source: "works", filter: ["==", ["get", "role"], "point"],
    paint: { "circle-color": colour, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5,
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 5, 12, 7, 16, 6] } });
  map.addLayer({ id: "works-chosen", type: "circle", source: "works",
    filter: ["all", ["==", ["get", "role"], "point"], ["==", ["get", "id"], ""]],
    paint: { "circle-radius": 11, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": "#0b1f33", "circle-stroke-width": 2.5 } });
}

/** The places around a point, at a distance in widths of an "m": the part of the name that stands there, and how far. */
function beside(far: number): (string | [number, number])[] {
  const slant = far * 0.75;
  return ["top", [0, far], "bottom", [0, -far], "left", [far, 0], "right", [-far, 0],
    "top-left", [slant, slant], "top-right", [-slant, slant], "bottom-left", [slant, -slant], "bottom-right", [-slant, -slant]];
}

/** Dots stand above the names; a name moves beside a dot that would cover it. */
function makeRoom(map: MapLibre): void {
  const side = 14;
  map.addImage("works-room", { width: side, height: side, data: new Uint8Array(side * side * 4) });
  map.addLayer({ id: "works-room", type: "symbol", source: "works", filter: ["==", ["get", "role"], "point"],
    layout: { "icon-image": "works-room", "icon-allow-overlap": true, "icon-padding": 1 } });
  if (!map.getLayer("places")) return;
  map.setLayoutProperty("places", "text-variable-anchor-offset", ["case", [">", ["coalesce", ["get", "popolazione"], 0], CITY],
    ["literal", ["center", [0, 0], ...beside(0.75), ...[1.5, 2.25, 3, 3.75].flatMap((far) => ["top", [0, far], "bottom", [0, -far]])]],
    ["literal", ["center", [0, 0], ...beside(0.75)]]]);
  map.setLayoutProperty("places", "text-justify", "auto");
}

/** Colours the works by fund or by state, and shows that legend. */
function paint(map: MapLibre, which: Which): void {
  map.setPaintProperty("works-fill", "fill-color", ["get", which]);
  map.setPaintProperty("works-line", "line-color", ["get", which]);
  map.setPaintProperty(DOT, "circle-color", ["get", which]);
  for (const legend of document.querySelectorAll<HTMLElement>("[data-legend]")) legend.hidden = legend.dataset["legend"] !== which;
}

class Card {
  private readonly card = document.getElementById("opera") as HTMLElement;

  constructor(private readonly map: MapLibre, private readonly address: string) {
    this.card.querySelector("[data-card-close]")?.addEventListener("click", () => {
      this.close();
      map.getCanvas().focus();
    });
  }

  async open(id: string): Promise<void> {
    const body = this.card.querySelector<HTMLElement>("[data-card-body]");
    if (!body) return;
    this.choose(id);
    const answer = await fetch(`${this.address}?${new URLSearchParams({ id })}`, { headers: { "HX-Request": "true" } });
    body.innerHTML = answer.ok ? await answer.text() : "<p>L'opera non si è potuta leggere. Riprovare tra poco.</p>";
    this.card.hidden = false;
  }

  close(): void {
    this.card.hidden = true;
    this.choose("");
  }

  private choose(id: string): void {
    this.map.setFilter("works-chosen", ["all", ["==", ["get", "role"], "point"], ["==", ["get", "id"], id]]);
  }
}
