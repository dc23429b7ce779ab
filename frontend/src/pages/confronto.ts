// Scenarios side by side: a small map each, all showing the same place at the same scale; two of them on one map,
// cut at a handle.
import "../styles/map.css";
import "../styles/scenari.css";
import type { Feature } from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { FAMILY_COLOURS } from "../draw/palette";
import { positionsOf } from "../draw/scene";
import { LABEL_FONT, TOP_SLOT, canDraw, createMap, readConfig } from "../map";
import type { MapConfig } from "../map";
import { Swipe } from "../map/swipe";
import type { Document } from "../scenari/types";

interface Config {
  mappa: MapConfig;
  famiglie: Record<string, string>;
  nomi: Record<string, string>;
  scenari: { id: string; nome: string; documento: Document }[];
}

const config = readConfig<Config>("confronto-config");

/** Writes on the map what each drawing is: one colour serves a whole family. */
function name(map: MapLibre): void {
  map.addLayer({
    id: "scenario-name", type: "symbol", source: "scenario", minzoom: 11,
    layout: { "text-field": ["get", "name"], "text-font": LABEL_FONT, "text-size": 13, "text-max-width": 9, "text-variable-anchor": ["center", "top", "bottom"], "text-radial-offset": 0.8 },
    paint: { "text-color": "#17324d", "text-halo-color": "#fff", "text-halo-width": 1.8 },
  });
}

/** The box around everything drawn in every scenario. */
function whole(): Bounds | undefined {
  const positions = config.scenari.flatMap((one) => one.documento.features).flatMap((one) => positionsOf(one.geometry));
  if (positions.length === 0) return undefined;
  const lons = positions.map(([lon = 0]) => lon);
  const lats = positions.map(([, lat = 0]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

function coloured(document: Document): Feature[] {
  return document.features.map((one) => {
    const family = one.properties.ruolo === "area" ? "area" : config.famiglie[one.properties.soluzione ?? ""] ?? "";
    const name = config.nomi[one.properties.soluzione ?? ""] ?? "";
    return { type: "Feature", geometry: one.geometry, properties: { name, colour: FAMILY_COLOURS[family] ?? "#0066cc", fill: family === "area" ? 0.05 : 0.45 } };
  });
}

/** Draws a scenario on a map, or puts another in its place. */
function lay(map: MapLibre, document: Document): void {
  const data = { type: "FeatureCollection" as const, features: coloured(document) };
  const source = map.getSource<GeoJSONSource>("scenario");
  if (source) {
    source.setData(data);
    return;
  }
  map.addSource("scenario", { type: "geojson", data });
  const polygons = ["==", ["geometry-type"], "Polygon"] as never;
  map.addLayer({ id: "scenario-fill", type: "fill", source: "scenario", filter: polygons, paint: { "fill-color": ["get", "colour"], "fill-opacity": ["get", "fill"] } }, TOP_SLOT);
  map.addLayer({ id: "scenario-line", type: "line", source: "scenario", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": ["get", "colour"], "line-width": 2.5 } }, TOP_SLOT);
  map.addLayer({ id: "scenario-point", type: "circle", source: "scenario", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": ["get", "colour"], "circle-radius": 4.5, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 } }, TOP_SLOT);
}

type Bounds = [number, number, number, number];

async function show(box: HTMLElement, document: Document, bounds: Bounds): Promise<void> {
  lay(await createMap(box, { config: config.mappa, label: box.dataset["label"] ?? "Mappa", interactive: false, bounds, padding: 30 }), document);
}

/** Two scenarios on one map: which ones, the person chooses. */
async function swipe(section: HTMLElement, bounds: Bounds): Promise<void> {
  const box = section.querySelector<HTMLElement>(".swipe-stage") as HTMLElement;
  const [left, right] = ["[data-left]", "[data-right]"].map((one) => section.querySelector<HTMLSelectElement>(one) as HTMLSelectElement);
  if (!left || !right) return;
  section.hidden = false;
  const map = await createMap(box, { config: config.mappa, label: box.dataset["label"] ?? "Mappa", bounds, padding: 50 });
  let cut: Swipe | null = null;
  let turn = 0;
  const chosen = (select: HTMLSelectElement) => config.scenari.find((one) => one.id === select.value);
  const draw = async (): Promise<void> => {
    const [one, other] = [chosen(left), chosen(right)];
    if (!one || !other) return;
    turn += 1;
    const mine = turn;
    cut?.close();
    lay(map, other.documento);
    if (!map.getLayer("scenario-name")) name(map);
    const opened = new Swipe(map, config.mappa, one.nome, other.nome);
    cut = opened;
    await opened.open((over) => { lay(over, one.documento); name(over); });
    if (mine === turn) box.dataset["ready"] = String(turn);
    else opened.close();
  };
  left.addEventListener("change", () => void draw());
  right.addEventListener("change", () => void draw());
  await draw();
}

const bounds = whole();
if (bounds && canDraw()) {
  for (const one of config.scenari) {
    const box = document.querySelector<HTMLElement>(`[data-scenario="${one.id}"]`);
    if (box) void show(box, one.documento, bounds);
  }
  const section = document.querySelector<HTMLElement>("[data-swipe]");
  if (section) void swipe(section, bounds);
}
