// What the server tells a page about the map: the same shape on every page (see conoscere/queries.py, map_config).

/** Where the shapes of a vector layer come from. */
export interface VectorData {
  /** Layer of the lake; also the name of the vector layer inside the archive. */
  layer: string;
  version: string;
  kind: "pmtiles" | "geojson";
  url: string;
  /** Field that identifies a feature, and ties it to its values. */
  key: string | null;
}

export interface MapConfig {
  /** West, south, east, north in degrees. */
  bounds: [number, number, number, number];
  /** The base map, by layer id (strade, ferrovie, acque, verde); what the lake does not hold is left out. */
  base: Record<string, VectorData>;
  comuni: VectorData | null;
  /** GeoJSON points with `nome` and `popolazione`. */
  places: string;
  /** The label of a ground of invented data, in the reader's language; null where nothing of it is invented. */
  invented: { label: string; about: string; title: string } | null;
}

/** Reads the JSON that the page carries in `<script type="application/json" id="...">`. */
export function readConfig<T>(id: string): T {
  const element = document.getElementById(id);
  if (!element?.textContent) throw new Error(`the page carries no configuration called ${id}`);
  return JSON.parse(element.textContent) as T;
}
