// Scenarios side by side: a small map each, all showing the same place at the same scale.
import "../styles/map.css";
import "../styles/scenari.css";
import type { Feature } from "geojson";
import { FAMILY_COLOURS } from "../draw/palette";
import { positionsOf } from "../draw/scene";
import { TOP_SLOT, canDraw, createMap, readConfig } from "../map";
import type { MapConfig } from "../map";
import type { Document } from "../scenari/types";

interface Config {
  mappa: MapConfig;
  famiglie: Record<string, string>;
  scenari: { id: string; documento: Document }[];
}

const config = readConfig<Config>("confronto-config");

/** The box around everything drawn in every scenario. */
function whole(): [number, number, number, number] | undefined {
  const positions = config.scenari.flatMap((one) => one.documento.features).flatMap((one) => positionsOf(one.geometry));
  if (positions.length === 0) return undefined;
  const lons = positions.map(([lon = 0]) => lon);
  const lats = positions.map(([, lat = 0]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

function coloured(document: Document): Feature[] {
  return document.features.map((one) => {
    const family = one.properties.ruolo === "area" ? "area" : config.famiglie[one.properties.soluzione ?? ""] ?? "";
    return { type: "Feature", geometry: one.geometry, properties: { colour: FAMILY_COLOURS[family] ?? "#0066cc", fill: family === "area" ? 0.05 : 0.45 } };
  });
}

async function show(box: HTMLElement, document: Document, bounds: [number, number, number, number]): Promise<void> {
  const map = await createMap(box, { config: config.mappa, label: box.dataset["label"] ?? "Mappa", interactive: false, bounds, padding: 30 });
  map.addSource("scenario", { type: "geojson", data: { type: "FeatureCollection", features: coloured(document) } });
  const polygons = ["==", ["geometry-type"], "Polygon"] as never;
  map.addLayer({ id: "scenario-fill", type: "fill", source: "scenario", filter: polygons, paint: { "fill-color": ["get", "colour"], "fill-opacity": ["get", "fill"] } }, TOP_SLOT);
  map.addLayer({ id: "scenario-line", type: "line", source: "scenario", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": ["get", "colour"], "line-width": 2.5 } }, TOP_SLOT);
  map.addLayer({ id: "scenario-point", type: "circle", source: "scenario", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": ["get", "colour"], "circle-radius": 4.5, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 } }, TOP_SLOT);
}

const bounds = whole();
for (const one of config.scenari) {
  const box = document.querySelector<HTMLElement>(`[data-scenario="${one.id}"]`);
  if (box && bounds && canDraw()) void show(box, one.documento, bounds);
}
