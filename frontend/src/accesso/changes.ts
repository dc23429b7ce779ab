// What changes on the map: cells gained and lost, in two colours that stay apart for every eye and in grey.
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import type { ThemeLayer } from "../map";
import { DATA_SLOT } from "../map/style";

const CELLS = "access-changed";
const LINES = "access-lost-lines";
const GAINED = "#0072b2";
const LOST = "#f4a3cd";
const FAINT = 0.3;
const USUAL = 0.85;
const PX = 16;

/** The cells that come within the threshold (full blue) and those left beyond it (pink, hatched). */
export class ChangedCells {
  constructor(private readonly map: MapLibre, private readonly theme: ThemeLayer) {}

  show(cells: GeoJSON.FeatureCollection): void {
    this.theme.setOpacity(cells.features.length ? FAINT : USUAL);
    this.map.getContainer().dataset["changed"] = cells.features.map((one) => String(one.properties?.["cosa"])).join(" ");
    const source = this.map.getSource<GeoJSONSource>(CELLS);
    if (source) source.setData(cells);
    else if (cells.features.length) this.add(cells);
  }

  clear(): void {
    this.show({ type: "FeatureCollection", features: [] });
  }

  private add(cells: GeoJSON.FeatureCollection): void {
    this.hatch();
    this.map.addSource(CELLS, { type: "geojson", data: cells });
    this.map.addLayer({ id: CELLS, type: "fill", source: CELLS,
      paint: { "fill-color": ["match", ["get", "cosa"], "guadagnata", GAINED, LOST], "fill-opacity": 0.85, "fill-antialias": false } }, DATA_SLOT);
    this.map.addLayer({ id: LINES, type: "fill", source: CELLS, filter: ["==", ["get", "cosa"], "persa"], paint: { "fill-pattern": LINES } }, DATA_SLOT);
  }

  private hatch(): void {
    const data = new Uint8Array(PX * PX * 4);
    for (let y = 0; y < PX; y++) {
      for (let x = 0; x < PX; x++) if ((x + y) % (PX / 2) < 2) data.set([107, 15, 69, 255], (y * PX + x) * 4);
    }
    this.map.addImage(LINES, { width: PX, height: PX, data }, { pixelRatio: 2 });
  }
}
