// Drawing an area on a map: with the mouse, the finger or the keyboard, or taken from a file.
import type { MultiPolygon, Polygon, Position } from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { TerraDraw, ValidateNotSelfIntersecting } from "terra-draw";
import type { GeoJSONStoreFeatures } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { TOP_SLOT } from "../map/style";
import { KeyboardPen } from "./keyboardPen";
import { ringArea_m2 } from "./measure";
import { polygonMode, selectMode } from "./modes";
import { phrase } from "../site/words";

export { readableArea, ringArea_m2 } from "./measure";

/** An area in degrees (WGS 84). Files may bring holes and several pieces; drawing makes one simple ring. */
export type Area = Polygon | MultiPolygon;

export interface DrawEvents {
  /** The area changed: while the hand moves (`settled` false) and when it stops (`settled` true). */
  onChange: (area: Area | null, settled: boolean) => void;
  /** A sentence for the status line and the screen reader. */
  onSay?: (sentence: string) => void;
}

const STATIC = "drawn-static";

/** One area on one map. */
export class AreaDrawing {
  private readonly terra: TerraDraw;
  private readonly pen: KeyboardPen;
  private fixed: Area | null = null;

  constructor(private readonly map: MapLibre, private readonly events: DrawEvents) {
    this.terra = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, renderBelowLayerId: "places", coordinatePrecision: 9 }),
      modes: [polygonMode(), selectMode()],
    });
    this.terra.start();
    this.terra.setMode("static");
    this.terra.on("change", (_ids, type) => { if (type !== "styling") this.tell(false); });
    this.terra.on("finish", (id) => this.finished(id));
    this.pen = new KeyboardPen(map, { onClose: (ring) => this.closedByKeyboard(ring), onSay: (text) => this.say(text) });
  }

  /** Begins a new area; the old one goes. */
  start(): void {
    this.clear();
    this.terra.setMode("polygon");
    this.pen.start();
    this.say(phrase("Disegno avviato: un clic per ogni vertice, clic sul primo per chiudere. Da tastiera: frecce per muovere la mappa, spazio per posare un vertice, invio per chiudere."));
  }

  /** Makes the present area editable, where its form allows (one piece, no holes). */
  edit(): boolean {
    const [feature] = this.polygons();
    if (!feature?.id) return false;
    this.terra.setMode("select");
    this.terra.selectFeature(feature.id);
    return true;
  }

  /** Stops drawing or editing; the area stays. */
  rest(): void {
    this.pen.stop();
    this.terra.setMode("static");
  }

  /** Takes everything away. */
  clear(): void {
    this.pen.stop();
    this.terra.setMode("static");
    this.terra.clear();
    this.fixed = null;
    this.showFixed();
    this.tell(true);
  }

  /** Shows an area that comes from elsewhere (a file, a saved draft) and tells whether it can be edited by hand. */
  set(area: Area): boolean {
    this.clear();
    const simple = area.type === "Polygon" && area.coordinates.length === 1;
    const added = simple && this.add(area.coordinates[0] ?? []);
    if (!added) {
      this.fixed = area;
      this.showFixed();
    }
    this.tell(true);
    return added;
  }

  /** The area as it is now, or null. */
  get(): Area | null {
    if (this.fixed) return this.fixed;
    const [feature] = this.polygons();
    if (!feature || feature.properties["currentlyDrawing"]) return null;
    return feature.geometry as Polygon;
  }

  /** Size of the area on the sphere, for a first glance; the server's is the one that counts. */
  area_m2(): number {
    const area = this.get();
    if (!area) return 0;
    const pieces = area.type === "Polygon" ? [area.coordinates] : area.coordinates;
    return pieces.reduce((sum, [outer = [], ...holes]) =>
      sum + ringArea_m2(outer) - holes.reduce((inner, hole) => inner + ringArea_m2(hole), 0), 0);
  }

  /** Moves the map to the area. */
  focus(padding = 60): void {
    const area = this.get();
    if (!area) return;
    const corners = (area.type === "Polygon" ? [area.coordinates] : area.coordinates).flat(2);
    const lons = corners.map(([lon = 0]) => lon);
    const lats = corners.map(([, lat = 0]) => lat);
    this.map.fitBounds([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)],
      { padding, maxZoom: 16.5, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  }

  private polygons(): GeoJSONStoreFeatures[] {
    return this.terra.getSnapshot().filter((one) => one.geometry.type === "Polygon" && one.properties["mode"] === "polygon");
  }

  private add(ring: Position[]): boolean {
    const rounded = ring.map(([lon = 0, lat = 0]) => [Math.round(lon * 1e9) / 1e9, Math.round(lat * 1e9) / 1e9]);
    const [outcome] = this.terra.addFeatures([
      { type: "Feature", properties: { mode: "polygon" }, geometry: { type: "Polygon", coordinates: [rounded] } },
    ]);
    return Boolean(outcome?.valid);
  }

  private finished(id: string | number): void {
    const drawn = this.terra.getSnapshotFeature(id);
    if (drawn && !ValidateNotSelfIntersecting(drawn).valid) {
      this.start();
      this.say(phrase("L'area si incrocia da sola: è stata tolta. Disegnarla di nuovo senza incroci."));
      return;
    }
    this.pen.stop();
    if (this.terra.getMode() === "polygon") {
      this.edit();
      this.say(phrase("Area disegnata. I vertici si trascinano; «Fatto» quando va bene."));
    }
    this.tell(true);
  }

  private closedByKeyboard(ring: Position[]): void {
    this.terra.setMode("static");
    this.terra.clear();
    if (!this.add(ring)) {
      this.say(phrase("L'area si incrocia da sola: disegnarla di nuovo senza incroci."));
      this.start();
      return;
    }
    this.edit();
    this.tell(true);
    this.say(phrase("Area chiusa."));
  }

  private tell(settled: boolean): void {
    this.events.onChange(this.get(), settled);
  }

  private say(sentence: string): void {
    this.events.onSay?.(sentence);
  }

  private showFixed(): void {
    const data = { type: "FeatureCollection" as const,
      features: this.fixed ? [{ type: "Feature" as const, properties: {}, geometry: this.fixed }] : [] };
    const source = this.map.getSource<GeoJSONSource>(STATIC);
    if (source) {
      source.setData(data);
      return;
    }
    if (!this.fixed) return;
    this.map.addSource(STATIC, { type: "geojson", data });
    this.map.addLayer({ id: `${STATIC}-fill`, type: "fill", source: STATIC, paint: { "fill-color": "#0066cc", "fill-opacity": 0.2 } }, TOP_SLOT);
    this.map.addLayer({ id: `${STATIC}-line`, type: "line", source: STATIC, paint: { "line-color": "#0b3d70", "line-width": 3 } }, TOP_SLOT);
  }
}
