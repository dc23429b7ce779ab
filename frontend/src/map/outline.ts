// The outline of one comune, over whatever the map shows.
import type { FilterSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre } from "maplibre-gl";
import type { MapConfig } from "./config";
import { TOP_SLOT, from } from "./style";

/** A comune as the server lists it (conoscere/tables.py, places). */
export interface Place {
  istat: string;
  nome: string;
  limiti: [number, number, number, number];
  punto: [number, number];
}

const IDS = ["outline-halo", "outline"];

/** Draws the outline of a comune, or of none. */
export function outlineComune(map: MapLibre, config: MapConfig, istat: string | null): void {
  if (!config.comuni) return;
  const filter: FilterSpecification = ["==", ["to-string", ["get", config.comuni.key ?? "istat"]], istat ?? ""];
  for (const [index, id] of IDS.entries()) {
    if (map.getLayer(id)) {
      map.setFilter(id, filter);
      continue;
    }
    map.addLayer({ id, type: "line", ...from("comuni", config.comuni), filter, layout: { "line-join": "round" },
      paint: { "line-color": index === 0 ? "#ffffff" : "#0b1f33", "line-width": index === 0 ? 5 : 2.4 } } as LayerSpecification, TOP_SLOT);
  }
}

const SPOT = "spot";

/** Marks the point that was read, or none. */
export function markSpot(map: MapLibre, point: [number, number] | null): void {
  const features = point ? [{ type: "Feature" as const, properties: {}, geometry: { type: "Point" as const, coordinates: point } }] : [];
  const data = { type: "FeatureCollection" as const, features };
  const source = map.getSource<GeoJSONSource>(SPOT);
  if (source) {
    source.setData(data);
    return;
  }
  map.addSource(SPOT, { type: "geojson", data });
  map.addLayer({ id: SPOT, type: "circle", source: SPOT,
    paint: { "circle-radius": 6, "circle-color": "#0066cc", "circle-stroke-color": "#ffffff", "circle-stroke-width": 2.5 } });
}
