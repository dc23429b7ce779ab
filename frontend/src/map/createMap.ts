// The one way a page gets a map: the ground, the keyboard, Italian words, no third party.
import * as maplibregl from "maplibre-gl";
import type { Map as MapLibre } from "maplibre-gl";
import { archives } from "./archives";
import type { MapConfig } from "./config";
import { readablePosition } from "./position";
import { BASE_GROUPS, groundStyle } from "./style";
import { phrase } from "../site/words";

export interface MapOptions {
  config: MapConfig;
  /** What the map shows, for those who do not see it. */
  label: string;
  /** False for a still picture of the territory (no gestures, no buttons, no focus). */
  interactive?: boolean;
  /** Degrees: west, south, east, north; the whole territory where not given. */
  bounds?: [number, number, number, number];
  /** Keep zoom and position in the address (`#mappa=zoom/lat/lon`), so that it can be shared. */
  hash?: boolean;
  padding?: number | maplibregl.PaddingOptions;
}

const WORDS = {
  "AttributionControl.ToggleAttribution": phrase("Mostra o nascondi le fonti"),
  "NavigationControl.ZoomIn": phrase("Avvicina"),
  "NavigationControl.ZoomOut": phrase("Allontana"),
  "NavigationControl.ResetBearing": phrase("Nord in alto"),
  "FullscreenControl.Enter": phrase("Tutto schermo"),
  "FullscreenControl.Exit": phrase("Esci da tutto schermo"),
  "GeolocateControl.FindMyLocation": phrase("La mia posizione"),
  "ScaleControl.Meters": "m",
  "ScaleControl.Kilometers": "km",
  "Map.Title": phrase("Mappa"),
  "Popup.Close": phrase("Chiudi"),
  "CooperativeGesturesHandler.WindowsHelpText": phrase("Ctrl + rotella per ingrandire la mappa"),
  "CooperativeGesturesHandler.MacHelpText": phrase("⌘ + rotella per ingrandire la mappa"),
  "CooperativeGesturesHandler.MobileHelpText": phrase("Usare due dita per spostare la mappa"),
};

let prepared = false;

/** The worker's address has a hash in its name: the base template writes it in a `meta` of every page. */
function prepare(): void {
  if (prepared) return;
  const worker = document.querySelector<HTMLMetaElement>('meta[name="map-worker"]')?.content ?? "";
  maplibregl.setWorkerUrl(new URL(worker, location.origin).href);
  maplibregl.addProtocol("pmtiles", archives().tile);
  prepared = true;
}

/** Whether this browser can draw the map; where it cannot, the page shows its table. */
export function canDraw(): boolean {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

/** Creates the map inside `element` and resolves when the ground is ready for layers. */
export async function createMap(element: HTMLElement, options: MapOptions): Promise<MapLibre> {
  const { config, interactive = true } = options;
  prepare();
  const bounds = options.bounds ?? config.bounds;
  const map = new maplibregl.Map({
    container: element,
    style: groundStyle(config),
    bounds,
    fitBoundsOptions: { padding: options.padding ?? 24 },
    maxBounds: widen(config.bounds, 2),
    minZoom: 7,
    maxZoom: 18,
    interactive,
    hash: options.hash ? "mappa" : false,
    attributionControl: false,
    pitchWithRotate: false,
    dragRotate: false,
    touchPitch: false,
    locale: WORDS,
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
  });
  map.touchZoomRotate.disableRotation();
  if (interactive) addControls(map, options.label);
  else silence(map, options.label);
  if (config.invented) labelGround(element, config.invented);
  // Tells styles and tests that everything asked for is drawn.
  map.on("dataloading", () => element.removeAttribute("data-drawn"));
  map.on("idle", () => element.setAttribute("data-drawn", ""));
  await new Promise<void>((ready) => map.once("style.load", () => ready()));
  return map;
}

/** Shows or hides a part of the ground: strade, ferrovie, acque, verde, nomi. */
export function showBase(map: MapLibre, group: string, visible: boolean): void {
  for (const id of BASE_GROUPS[group] ?? []) {
    if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", visible ? "visible" : "none");
  }
}

/** Says on the map itself that its ground is invented: no page can forget to. */
function labelGround(element: HTMLElement, words: NonNullable<MapConfig["invented"]>): void {
  const label = document.createElement("p");
  label.className = "map-labels";
  label.title = words.title;
  const shown = document.createElement("span");
  shown.className = "label label-synthetic";
  shown.textContent = words.label;
  const about = document.createElement("span");
  about.className = "visually-hidden";
  about.textContent = ` ${words.about}`;
  label.append(shown, about);
  element.append(label);
}

function addControls(map: MapLibre, label: string): void {
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ unit: "metric", maxWidth: 120 }), "bottom-right");
  const canvas = map.getCanvas();
  canvas.setAttribute("aria-label", phrase("{label}. Frecce per spostarsi, più e meno per ingrandire.", { label }));
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", phrase("mappa"));
  const say = document.createElement("p");
  say.className = "visually-hidden";
  say.setAttribute("role", "status");
  map.getContainer().append(say);
  // After a movement by keyboard, and only then, say where the map is now.
  let byKeyboard = false;
  canvas.addEventListener("keydown", () => (byKeyboard = true));
  map.on("moveend", () => {
    if (byKeyboard) say.textContent = readablePosition(map);
    byKeyboard = false;
  });
}

function silence(map: MapLibre, label: string): void {
  const canvas = map.getCanvas();
  canvas.removeAttribute("tabindex");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
}

function widen([west, south, east, north]: MapConfig["bounds"], degrees: number): MapConfig["bounds"] {
  return [west - degrees, south - degrees, east + degrees, north + degrees];
}
