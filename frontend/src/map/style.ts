// The calm ground everything is drawn on: paper, green, water, streets, rail, borders, names.
// Colours hold their order on a grey printer: paper is lightest, borders and names darkest.
import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { MapConfig, VectorData } from "./config";

/** Thematic layers go under this one: above the ground, below water lines, streets and names. */
export const DATA_SLOT = "slot-data";
/** Drawings and selections go under this one: above everything but names. */
export const TOP_SLOT = "slot-top";

export const INK = "#1f2d3a";
const PAPER = { outside: "#e9e7e1", inside: "#faf9f6" };
/** Small streets: seen on white paper as well as on dark classes. */
const LANE = "#e0dbd1";
export const LABEL_FONT = ["TramaToponimi"];

/** Groups of the base map a person can turn off, with the layers of the style they stand for. */
export const BASE_GROUPS: Record<string, string[]> = {
  strade: ["vie", "strade-casing", "strade", "strade-local"],
  ferrovie: ["ferrovie", "ferrovie-ties"],
  acque: ["acque-fill", "acque-line"],
  verde: ["verde"],
  nomi: ["places"],
};

/** The source of a vector layer, whichever way its shapes travel. */
export function vectorSource(data: VectorData): SourceSpecification {
  if (data.kind === "geojson") {
    return { type: "geojson", data: data.url, ...(data.key ? { promoteId: data.key } : {}) };
  }
  const url = `pmtiles://${new URL(data.url, location.origin).href}`;
  return { type: "vector", url, ...(data.key ? { promoteId: { [data.layer]: data.key } } : {}) };
}

/** The part of a layer that names its source, whichever way its shapes travel. */
export function from(source: string, data: VectorData): { source: string; "source-layer"?: string } {
  return data.kind === "pmtiles" ? { source, "source-layer": data.layer } : { source };
}

type Maker = (data: VectorData) => LayerSpecification[];

const polygonsOnly: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
const linesOnly: ExpressionSpecification = ["==", ["geometry-type"], "LineString"];
const roadRank: ExpressionSpecification = ["match", ["coalesce", ["get", "classe"], "locale"],
  ["autostrada", "motorway"], 4, ["principale", "primaria", "primary"], 3, ["secondaria", "secondary"], 2, 1];

function width(...stops: [number, number][]): ExpressionSpecification {
  return ["interpolate", ["exponential", 1.5], ["zoom"], ...stops.flatMap(([zoom, factor]) => [zoom, ["*", factor, roadRank]])] as unknown as ExpressionSpecification;
}

const GREEN: Maker = (data) => [
  { id: "verde", type: "fill", ...from("verde", data), paint: { "fill-color": "#dfe8d3", "fill-opacity": 0.9 } },
] as LayerSpecification[];

const WATER: Maker = (data) => [
  { id: "acque-fill", type: "fill", ...from("acque", data), filter: polygonsOnly,
    paint: { "fill-color": "#b5cfdf" } },
  { id: "acque-line", type: "line", ...from("acque", data), filter: linesOnly,
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": "#9dbfd4", "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.7, 13, 2.5, 16, 5] } },
] as LayerSpecification[];

const STREETS: Maker = (data) => [
  { id: "strade-local", type: "line", ...from("strade", data), minzoom: 11.5, filter: ["==", roadRank, 1],
    paint: { "line-color": LANE, "line-opacity": 0.8, "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 11, 0.4, 14, 2, 17, 8] } },
  { id: "strade-casing", type: "line", ...from("strade", data), filter: [">", roadRank, 1],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": "#a9a399", "line-width": width([8, 0.35], [12, 1.25], [16, 5]), "line-opacity": 0.75 } },
  { id: "strade", type: "line", ...from("strade", data), filter: [">", roadRank, 1],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": "#ffffff", "line-width": width([8, 0.16], [12, 0.8], [16, 4.2]) } },
] as LayerSpecification[];

const LANES: Maker = (data) => [
  { id: "vie", type: "line", ...from("vie", data), minzoom: 11.5,
    paint: { "line-color": LANE, "line-opacity": 0.8, "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 11.5, 0.3, 14, 1.4, 17, 7] } },
] as LayerSpecification[];

const RAIL: Maker = (data) => [
  { id: "ferrovie", type: "line", ...from("ferrovie", data),
    paint: { "line-color": "#7d7a80", "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.6, 14, 1.6] } },
  { id: "ferrovie-ties", type: "line", ...from("ferrovie", data), minzoom: 11,
    paint: { "line-color": "#7d7a80", "line-width": 4, "line-dasharray": [0.3, 4] } },
] as LayerSpecification[];

const ABOVE: [string, Maker][] = [["acque", WATER], ["vie", LANES], ["strade", STREETS], ["ferrovie", RAIL]];

function slot(id: string): LayerSpecification {
  return { id, type: "background", layout: { visibility: "none" } };
}

function borders(data: VectorData): LayerSpecification[] {
  return [
    { id: "comuni-border", type: "line", ...from("comuni", data),
      layout: { "line-join": "round" },
      paint: { "line-color": "#5b6670", "line-opacity": 0.65,
        "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.4, 12, 1.2] } },
  ] as LayerSpecification[];
}

/** Names of comuni: the most populous first, the others as room appears. */
function names(): LayerSpecification {
  return {
    id: "places", type: "symbol", source: "places",
    layout: {
      "text-field": ["get", "nome"],
      "text-font": LABEL_FONT,
      "symbol-sort-key": ["-", 0, ["coalesce", ["get", "popolazione"], 0]],
      "text-size": ["interpolate", ["linear"], ["zoom"],
        8, ["step", ["coalesce", ["get", "popolazione"], 0], 10, 40000, 11.5, 500000, 16],
        13, ["step", ["coalesce", ["get", "popolazione"], 0], 13, 40000, 15, 500000, 20]],
      "text-padding": 5,
      "text-max-width": 7,
      "text-line-height": 1.05,
    },
    paint: { "text-color": INK, "text-halo-color": "rgba(255,255,255,0.92)", "text-halo-width": 1.5, "text-halo-blur": 0.4 },
  } as LayerSpecification;
}

/** The whole style of the ground for a page's configuration. */
export function groundStyle(config: MapConfig): StyleSpecification {
  const sources: Record<string, SourceSpecification> = {
    places: { type: "geojson", data: config.places },
  };
  const layers: LayerSpecification[] = [
    { id: "paper", type: "background", paint: { "background-color": PAPER.outside } },
  ];
  if (config.comuni) {
    sources["comuni"] = vectorSource(config.comuni);
    layers.push({ id: "comuni-paper", type: "fill", ...from("comuni", config.comuni),
      paint: { "fill-color": PAPER.inside, "fill-antialias": false } } as LayerSpecification);
  }
  for (const [id, data] of Object.entries(config.base)) sources[id] = vectorSource(data);
  const { verde } = config.base;
  if (verde) layers.push(...GREEN(verde));
  layers.push(slot(DATA_SLOT));
  for (const [id, make] of ABOVE) {
    const data = config.base[id];
    if (data) layers.push(...make(data));
  }
  if (config.comuni) layers.push(...borders(config.comuni));
  layers.push(slot(TOP_SLOT), names());
  return { version: 8, sources, layers };
}
