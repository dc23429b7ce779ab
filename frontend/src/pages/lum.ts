// The atlas of the places of mobility, the sheet of one, the review of a redraw: the same map, more or less near.
import "../styles/map.css";
import "../styles/opere.css";
import "../styles/lum.css";
import type { Map as MapLibre } from "maplibre-gl";
import { drawScene } from "../lum/scene";
import type { Scene } from "../lum/scene";
import { canDraw, createMap, readConfig } from "../map";
import type { MapConfig } from "../map";
import { TOP_SLOT } from "../map/style";
import { phrase } from "../site/words";

interface AtlasMap {
  url: string;
  /** Address of a sheet, with CODICE in the place of the code. */
  sheet: string;
  bounds: [number, number, number, number] | null;
  chosen?: string;
}

const NEAR = 11;
const REACH_PX = 6;

const go = document.querySelector<HTMLFormElement>("form[data-go]");
go?.addEventListener("submit", (event) => {
  event.preventDefault();
  location.assign((go.elements[0] as HTMLSelectElement).value);
});

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-slow]")) {
  form.addEventListener("submit", () => {
    form.setAttribute("aria-busy", "true");
    const line = form.querySelector<HTMLElement>("[data-slow-say]");
    if (line) line.textContent = form.dataset["slow"] ?? "";
  });
}

const box = document.getElementById("lum-map");
if (box && canDraw()) void start(box);
else if (box) box.textContent = phrase("Questo browser non può disegnare la mappa: i dati sono nella pagina.");

async function start(element: HTMLElement): Promise<void> {
  const label = element.dataset["label"] ?? "Mappa";
  const config = readConfig<MapConfig>("map-config");
  if (document.getElementById("lum-scene")) {
    const scene = readConfig<Scene>("lum-scene");
    const map = await createMap(element, { config, label, bounds: scene.bounds, padding: 24 });
    drawScene(map, scene, { proposed: true });
    element.dataset["ready"] = "true";
    return;
  }
  const data = readConfig<AtlasMap>("lum-data");
  const map = await createMap(element, { config, label, padding: 24, ...(data.bounds ? { bounds: data.bounds } : {}) });
  draw(map, data);
  open(map, data);
  element.dataset["ready"] = "true";
}

function draw(map: MapLibre, { url, chosen }: AtlasMap): void {
  map.addSource("lum", { type: "geojson", data: url });
  map.addLayer({ id: "lum-walk", type: "fill", source: "lum", minzoom: NEAR, filter: ["==", ["get", "role"], "walk"],
    paint: { "fill-color": "#2f8f5b", "fill-opacity": 0.28 } }, TOP_SLOT);
  map.addLayer({ id: "lum-fill", type: "fill", source: "lum", filter: ["==", ["get", "role"], "shape"],
    paint: { "fill-color": ["get", "colore"], "fill-opacity": 0.14 } }, TOP_SLOT);
  map.addLayer({ id: "lum-circle", type: "line", source: "lum", minzoom: NEAR, filter: ["==", ["get", "role"], "circle"],
    paint: { "line-color": "#17324d", "line-width": 1.6, "line-dasharray": [2, 1.6] } }, TOP_SLOT);
  map.addLayer({ id: "lum-line", type: "line", source: "lum", filter: ["==", ["get", "role"], "shape"], layout: { "line-join": "round" },
    paint: { "line-color": ["get", "colore"], "line-width": ["case", ["==", ["get", "codice"], chosen ?? ""], 3.5, 1.8] } }, TOP_SLOT);
  map.addLayer({ id: "lum-dot", type: "circle", source: "lum", maxzoom: 13.5, filter: ["==", ["get", "role"], "point"],
    paint: { "circle-color": ["get", "colore"], "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.3,
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 3.5, 12, 5] } });
}

/** A click opens the sheet of the LUM that is there. */
function open(map: MapLibre, { sheet, chosen }: AtlasMap): void {
  const layers = ["lum-dot", "lum-fill"];
  map.on("click", (event) => {
    const { x, y } = event.point;
    const around: [[number, number], [number, number]] = [[x - REACH_PX, y - REACH_PX], [x + REACH_PX, y + REACH_PX]];
    const [found] = map.queryRenderedFeatures(around, { layers: layers.filter((layer) => map.getLayer(layer)) });
    const code = found?.properties["codice"];
    if (typeof code === "string" && code !== chosen) location.assign(sheet.replace("CODICE", code));
  });
  for (const layer of layers) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
}
