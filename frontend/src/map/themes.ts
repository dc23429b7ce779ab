// Thematic layers: a value per area (choropleth through feature states) or a raster, always with stated classes.
import type { FilterSpecification, LayerSpecification, Map as MapLibre } from "maplibre-gl";
import type { VectorData } from "./config";
import { DATA_SLOT, TOP_SLOT, from, vectorSource } from "./style";

/** One class of a legend. */
export interface LegendClass {
  label: string;
  colour: string;
  /** Lower bound, included; null for classes that are words. */
  from: number | null;
  /** The word, where classes are words. */
  value: string | number | null;
  count?: number;
}

/** A theme as the server describes it (conoscere/queries.py, theme_data). */
export interface Theme {
  id: string;
  title: string;
  unit: string;
  kind: "areas" | "raster";
  version: string;
  classes: LegendClass[];
  /** The rain it answers to, as people read it, where it answers to one. */
  event?: string;
  /** For areas: the shapes and a value per key (null where missing). */
  shapes?: VectorData;
  values?: Record<string, number | string | null>;
  /** Areas whose value rests on a part of them: hatched. */
  partial?: string[];
  /** For rasters: address of the tiles, with {z} {x} {y}. */
  tiles?: string;
  bounds?: [number, number, number, number];
}

const MISSING = "#ffffff";
const HATCH = "hatch";
const HATCH_PX = 20;
const NOTHING: FilterSpecification = ["==", ["literal", 1], 0];

/** Colour of a value among stated classes; null where it is missing or in no class. */
export function colourOf(theme: Theme, value: number | string | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return theme.classes.find((one) => one.value === value)?.colour ?? null;
  const reached = theme.classes.filter((one) => one.from !== null && value >= one.from);
  return reached.at(-1)?.colour ?? null;
}

/** Gives the map a pattern of thin diagonal lines that repeats without seams. */
function addHatch(map: MapLibre): void {
  if (map.hasImage(HATCH)) return;
  const data = new Uint8Array(HATCH_PX * HATCH_PX * 4);
  for (let y = 0; y < HATCH_PX; y++) {
    for (let x = 0; x < HATCH_PX; x++) {
      if ((x + y) % (HATCH_PX / 2) < 2) data.set([11, 31, 51, 170], (y * HATCH_PX + x) * 4);
    }
  }
  map.addImage(HATCH, { width: HATCH_PX, height: HATCH_PX, data }, { pixelRatio: 2 });
}

/** A theme drawn on a map; `suffix` lets two versions of one theme live side by side. */
export class ThemeLayer {
  readonly source: string;
  private readonly ids: string[] = [];

  constructor(private readonly map: MapLibre, readonly theme: Theme, suffix = "") {
    this.source = `theme${suffix}`;
    if (theme.kind === "raster") this.addRaster();
    else this.addAreas();
  }

  /** Changes the opacity of the theme, 0 to 1. */
  setOpacity(opacity: number): void {
    for (const id of this.ids) {
      const layer = this.map.getLayer(id);
      if (layer?.type === "fill") this.map.setPaintProperty(id, "fill-opacity", opacity);
      if (layer?.type === "raster") this.map.setPaintProperty(id, "raster-opacity", opacity);
    }
  }

  /** Takes the theme off the map. */
  remove(): void {
    for (const id of this.ids) if (this.map.getLayer(id)) this.map.removeLayer(id);
    if (this.map.getSource(this.source)) this.map.removeSource(this.source);
  }

  /** The key of the area under a point of the screen, or null. */
  keyAt(point: { x: number; y: number }): string | null {
    const fill = `${this.source}-fill`;
    if (!this.map.getLayer(fill)) return null;
    const [feature] = this.map.queryRenderedFeatures([point.x, point.y], { layers: [fill] });
    return feature?.id === undefined ? null : String(feature.id);
  }

  /** Draws the outline of one area stronger than the others; null for none. */
  highlight(key: string | null): void {
    const field = this.theme.shapes?.key ?? "";
    const filter: FilterSpecification = key === null ? NOTHING : ["==", ["to-string", ["get", field]], key];
    for (const id of [`${this.source}-chosen-halo`, `${this.source}-chosen`]) {
      if (this.map.getLayer(id)) this.map.setFilter(id, filter);
    }
  }

  private addRaster(): void {
    const { tiles, bounds } = this.theme;
    if (!tiles) return;
    const address = `${location.origin}${tiles}`;
    this.map.addSource(this.source, {
      type: "raster", tiles: [address], tileSize: 256, minzoom: 7, maxzoom: 16, ...(bounds ? { bounds } : {}),
    });
    this.add({ id: `${this.source}-raster`, type: "raster", source: this.source,
      paint: { "raster-opacity": 0.85, "raster-resampling": "nearest", "raster-fade-duration": 0 } }, DATA_SLOT);
  }

  private addAreas(): void {
    const { shapes, values } = this.theme;
    if (!shapes || !values) return;
    this.map.addSource(this.source, vectorSource(shapes));
    const place = from(this.source, shapes);
    const target = place["source-layer"] ? { source: this.source, sourceLayer: place["source-layer"] } : { source: this.source };
    const colour = ["coalesce", ["feature-state", "colour"], MISSING];
    this.add({ id: `${this.source}-fill`, type: "fill", ...place,
      paint: { "fill-color": colour, "fill-opacity": 0.82 } } as LayerSpecification, DATA_SLOT);
    if (this.theme.partial?.length) {
      addHatch(this.map);
      const partial: FilterSpecification = ["in", ["to-string", ["get", shapes.key ?? ""]], ["literal", this.theme.partial]];
      this.add({ id: `${this.source}-partial`, type: "fill", ...place, filter: partial,
        paint: { "fill-pattern": HATCH } } as LayerSpecification, DATA_SLOT);
    }
    this.add({ id: `${this.source}-line`, type: "line", ...place,
      paint: { "line-color": "#ffffff", "line-width": 0.6, "line-opacity": 0.7 } } as LayerSpecification, DATA_SLOT);
    for (const width of [5, 2.5]) {
      this.add({ id: width === 5 ? `${this.source}-chosen-halo` : `${this.source}-chosen`, type: "line", ...place,
        filter: NOTHING, layout: { "line-join": "round" },
        paint: { "line-color": width === 5 ? "#ffffff" : "#0b1f33", "line-width": width } } as LayerSpecification, TOP_SLOT);
    }
    for (const [key, value] of Object.entries(values)) {
      const shade = colourOf(this.theme, value);
      if (shade) this.map.setFeatureState({ ...target, id: key }, { colour: shade });
    }
  }

  private add(layer: LayerSpecification, before: string): void {
    this.map.addLayer(layer, before);
    this.ids.push(layer.id);
  }
}
