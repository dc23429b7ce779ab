// The atlas of services: areas that answer to the table's rows and the other way round, services as dots.
import "../styles/map.css";
import "../styles/suoli.css";
import "../styles/servizi.css";
import type { ExpressionSpecification, LayerSpecification, Map as MapLibre } from "maplibre-gl";
import { ThemeLayer, canDraw, createMap, readConfig } from "../map";
import type { MapConfig, Theme, VectorData } from "../map";
import { TOP_SLOT, from, vectorSource } from "../map/style";
import { phrase } from "../site/words";

interface Dots {
  /** Where the services to show are, as GeoJSON points. */
  url: string;
  /** Colour of each category, the first part of a voice. */
  colours: Record<string, string>;
}

const box = document.getElementById("services-map");
if (box && canDraw()) void show(box);
else if (box) box.textContent = phrase("Questo browser non può disegnare la mappa: gli stessi dati sono in tabella.");

async function show(element: HTMLElement): Promise<void> {
  const config = readConfig<MapConfig>("map-config");
  const map = await createMap(element, { config, label: element.dataset["label"] ?? "Mappa", padding: 12 });
  const layer = new ThemeLayer(map, readConfig<Theme>("theme-data"));
  if (document.getElementById("outlines-data")) drawOutlines(map, readConfig<VectorData>("outlines-data"));
  if (document.getElementById("dots-data")) drawDots(map, readConfig<Dots>("dots-data"));
  follow(map, layer);
}

function drawOutlines(map: MapLibre, shapes: VectorData): void {
  map.addSource("clusters", vectorSource(shapes));
  map.addLayer({ id: "clusters", type: "line", ...from("clusters", shapes), layout: { "line-join": "round" },
    paint: { "line-color": "#17324d", "line-width": ["interpolate", ["linear"], ["zoom"], 8, 1, 13, 2.2] } } as LayerSpecification, TOP_SLOT);
}

function drawDots(map: MapLibre, dots: Dots): void {
  map.addSource("services", { type: "geojson", data: dots.url });
  const shades = Object.entries(dots.colours).flat();
  map.addLayer({ id: "services-dots", type: "circle", source: "services",
    paint: {
      "circle-color": ["match", ["slice", ["get", "voce"], 0, 3], ...shades, "#44566c"] as unknown as ExpressionSpecification,
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 1.8, 10, 2.8, 12, 4.5, 15, 8],
      "circle-opacity": ["case", ["==", ["get", "stato"], "previsto"], 0.45, 1],
      "circle-stroke-color": "#ffffff", "circle-stroke-width": 0.8,
    } } as LayerSpecification, TOP_SLOT);
}

/** Ties the areas of the map and the rows of the table. */
function follow(map: MapLibre, layer: ThemeLayer): void {
  const rows = new Map([...document.querySelectorAll<HTMLElement>("[data-place]")].map((row) => [row.dataset["place"] ?? "", row]));
  for (const [key, row] of rows) {
    row.addEventListener("mouseenter", () => layer.highlight(key));
    row.addEventListener("focusin", () => layer.highlight(key));
    row.addEventListener("mouseleave", () => layer.highlight(null));
  }
  map.on("mousemove", (event) => {
    const key = layer.keyAt(event.point);
    layer.highlight(key);
    for (const [one, row] of rows) row.classList.toggle("network-here", one === key);
  });
  map.on("click", (event) => {
    const key = layer.keyAt(event.point);
    if (key) rows.get(key)?.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  });
}
