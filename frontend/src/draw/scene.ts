// Several drawings on one map, each an area, a line or some points: a scenario of solutions.
import type { Geometry, LineString, Point, Polygon, Position } from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { TerraDraw, ValidateNotSelfIntersecting } from "terra-draw";
import type { GeoJSONStoreFeatures } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { TOP_SLOT } from "../map/style";
import { KeyboardPen } from "./keyboardPen";
import { FAMILY_COLOURS } from "./palette";
import { sceneLine, scenePoint, scenePolygon, sceneSelect } from "./sceneModes";
import { phrase } from "../site/words";

export type Kind = "area" | "linea" | "punti";

/** What is drawn, and how. */
export interface Drawn {
  key: string;
  kind: Kind;
  family: string;
}

export interface SceneEvents {
  /** Something changed: while the hand moves (`settled` false) and when it stops. */
  onChange: (settled: boolean) => void;
  /** A drawing was taken away on the map itself. */
  onGone: (key: string) => void;
  /** The tool in hand changed: what is being drawn or edited, or nothing. */
  onTool: (drawn: Drawn | null, drawing: boolean) => void;
  onSay: (sentence: string) => void;
}

const MODES: Record<Kind, string> = { area: "polygon", linea: "linestring", punti: "point" };
const FIXED = "scene-fixed";
const START: Record<Kind, string> = {
  area: phrase("Un clic per ogni vertice, clic sul primo per chiudere."),
  linea: phrase("Un clic per ogni vertice, clic sull'ultimo per finire."),
  punti: phrase("Un clic per ogni punto, poi «Fatto»."),
};
const KEYS = phrase("Da tastiera: frecce per muovere la mappa, spazio per posare, invio per finire.");

export class SceneDrawing {
  private readonly terra: TerraDraw;
  private readonly pen: KeyboardPen;
  private readonly known = new Map<string, Drawn>();
  private readonly fixed = new Map<string, Geometry>();
  private current: Drawn | null = null;
  private quiet = false;

  constructor(private readonly map: MapLibre, private readonly events: SceneEvents) {
    this.terra = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, renderBelowLayerId: "places", coordinatePrecision: 9 }),
      modes: [scenePolygon(), sceneLine(), scenePoint(), sceneSelect()],
    });
    this.terra.start();
    this.terra.setMode("static");
    this.terra.on("change", (ids, type) => this.moved(ids, type));
    this.terra.on("finish", (id) => this.finished(id));
    this.terra.on("select", (id) => this.selected(id));
    this.pen = new KeyboardPen(map, { onClose: (positions) => this.closedByKeyboard(positions), onSay: (text) => events.onSay(text) });
  }

  /** Begins a drawing; the others stay. */
  begin(drawn: Drawn): void {
    this.rest();
    this.known.set(drawn.key, drawn);
    this.current = drawn;
    this.terra.setMode(MODES[drawn.kind]);
    this.pen.start(drawn.kind);
    this.events.onTool(drawn, true);
    this.events.onSay(`${START[drawn.kind]} ${KEYS}`);
  }

  /** Puts the tool down; what is drawn stays, what was not finished goes. */
  rest(): void {
    this.pen.stop();
    const unfinished = this.current;
    this.current = null;
    this.quiet = true;
    this.terra.setMode("select");
    this.quiet = false;
    if (unfinished && this.geometry(unfinished.key) === null) {
      this.known.delete(unfinished.key);
      this.events.onGone(unfinished.key);
    }
    this.events.onTool(null, false);
  }

  /** Gives up the drawing in hand. */
  cancel(): void {
    const drawn = this.current;
    if (drawn) this.terra.removeFeatures(this.features(drawn.key).map((one) => one.id as string));
    this.rest();
  }

  /** Selects a drawing, so that its corners can be moved; false where its form does not allow it. */
  edit(key: string): boolean {
    const [feature] = this.features(key);
    if (feature?.id === undefined) return false;
    this.rest();
    this.terra.selectFeature(feature.id);
    this.focus(key);
    return true;
  }

  /** Takes a drawing away. */
  remove(key: string): void {
    this.quiet = true;
    const ids = this.features(key).map((one) => one.id as string);
    this.terra.setMode("static");
    if (ids.length > 0) this.terra.removeFeatures(ids);
    this.terra.setMode("select");
    this.quiet = false;
    this.fixed.delete(key);
    this.known.delete(key);
    if (this.current?.key === key) this.current = null;
    this.pen.stop();
    this.showFixed();
    this.events.onTool(null, false);
  }

  /** Shows a drawing that comes from elsewhere: a saved scenario, coordinates. */
  put(drawn: Drawn, geometry: Geometry): void {
    this.quiet = true;
    const ids = this.features(drawn.key).map((one) => one.id as string);
    if (ids.length > 0) this.terra.removeFeatures(ids);
    this.known.set(drawn.key, drawn);
    this.fixed.delete(drawn.key);
    const parts = editable(geometry);
    const features = parts.map((part) => ({
      type: "Feature" as const, geometry: part,
      properties: { mode: MODES[drawn.kind], piece: drawn.key, family: drawn.family },
    }));
    const added = parts.length > 0 ? this.terra.addFeatures(features) : [];
    if (parts.length === 0 || added.some((one) => !one.valid)) this.fixed.set(drawn.key, geometry);
    this.quiet = false;
    this.showFixed();
  }

  /** The drawing as it is, or null; with `live`, also what is still under the hand. */
  geometry(key: string, live = false): Geometry | null {
    const fixed = this.fixed.get(key);
    if (fixed) return fixed;
    const drawn = this.known.get(key);
    if (!drawn) return null;
    const shapes = this.features(key).filter((one) => live ? usable(one) : !one.properties["currentlyDrawing"]).map((one) => one.geometry);
    if (shapes.length === 0) return null;
    if (drawn.kind === "punti") return { type: "MultiPoint", coordinates: shapes.map((one) => (one as Point).coordinates) };
    return shapes[0] as Polygon | LineString;
  }

  /** Moves the map to a drawing, or to all of them. */
  focus(key?: string): void {
    const keys = key ? [key] : [...this.known.keys()];
    const positions = keys.flatMap((one) => positionsOf(this.geometry(one)));
    if (positions.length === 0) return;
    const lons = positions.map(([lon = 0]) => lon);
    const lats = positions.map(([, lat = 0]) => lat);
    this.map.fitBounds([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)],
      { padding: 70, maxZoom: 17, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  }

  private features(key: string): GeoJSONStoreFeatures[] {
    const drawing = this.current?.key === key;
    return this.terra.getSnapshot().filter((one) => {
      const own = one.properties["piece"] === key;
      const fresh = drawing && one.properties["piece"] === undefined && this.current !== null
        && one.properties["mode"] === MODES[this.current.kind] && shapeOf(one) === this.current.kind;
      return own || fresh;
    });
  }

  private moved(ids: (string | number)[], type: string): void {
    if (type === "styling" || this.quiet) return;
    if (type === "create" && this.current) this.claim(ids);
    if (type === "delete") this.forgetDeleted();
    this.events.onChange(false);
  }

  /** A drawing that begins takes the colour and the name of what is being drawn. */
  private claim(ids: (string | number)[]): void {
    const drawn = this.current;
    if (!drawn) return;
    for (const id of ids) {
      const feature = this.terra.getSnapshotFeature(id);
      if (!feature || feature.properties["piece"] !== undefined) continue;
      if (feature.properties["mode"] !== MODES[drawn.kind] || shapeOf(feature) !== drawn.kind) continue;
      this.quiet = true;
      this.terra.updateFeatureProperties(id, { piece: drawn.key, family: drawn.family });
      this.quiet = false;
    }
  }

  private forgetDeleted(): void {
    for (const key of [...this.known.keys()]) {
      if (this.current?.key === key || this.geometry(key, true) !== null) continue;
      this.known.delete(key);
      this.events.onGone(key);
      this.events.onChange(true);
    }
  }

  private finished(id: string | number): void {
    const drawn = this.current;
    if (!drawn) {
      this.events.onChange(true);
      return;
    }
    const feature = this.terra.getSnapshotFeature(id);
    if (feature && drawn.kind === "area" && !ValidateNotSelfIntersecting(feature).valid) {
      this.terra.removeFeatures([id]);
      this.begin(drawn);
      this.events.onSay(phrase("L'area si incrocia da sola: è stata tolta. Disegnarla di nuovo senza incroci."));
      return;
    }
    this.claim([id]);
    if (drawn.kind === "punti") this.events.onSay(phrase("Punto messo. Ancora un clic per un altro, «Fatto» per finire."));
    else this.take(id, drawn);
    this.events.onChange(true);
  }

  /** A finished area or line is selected at once: its corners follow the hand. */
  private take(id: string | number, drawn: Drawn): void {
    this.pen.stop();
    this.current = null;
    this.quiet = true;
    this.terra.setMode("select");
    this.terra.selectFeature(id);
    this.quiet = false;
    this.events.onTool(drawn, false);
    this.events.onSay(phrase("Disegnato. I vertici si trascinano; «Fatto» quando va bene."));
  }

  private selected(id: string | number): void {
    if (this.quiet) return;
    const key = String(this.terra.getSnapshotFeature(id)?.properties["piece"] ?? "");
    this.events.onTool(this.known.get(key) ?? null, false);
  }

  private closedByKeyboard(positions: Position[]): void {
    const drawn = this.current;
    if (!drawn) return;
    const geometry: Geometry = drawn.kind === "area" ? { type: "Polygon", coordinates: [positions] }
      : drawn.kind === "linea" ? { type: "LineString", coordinates: positions } : { type: "MultiPoint", coordinates: positions };
    this.current = null;
    this.terra.setMode("static");
    this.put(drawn, geometry);
    this.terra.setMode("select");
    this.events.onTool(null, false);
    this.events.onSay(phrase("Disegno chiuso."));
    this.events.onChange(true);
  }

  /** What has holes or several pieces is shown and counted, not edited by hand. */
  private showFixed(): void {
    const features = [...this.fixed].map(([key, geometry]) => ({
      type: "Feature" as const, geometry, properties: { colour: FAMILY_COLOURS[this.known.get(key)?.family ?? ""] ?? "#0066cc" },
    }));
    const data = { type: "FeatureCollection" as const, features };
    const source = this.map.getSource<GeoJSONSource>(FIXED);
    if (source) {
      source.setData(data);
      return;
    }
    if (features.length === 0) return;
    this.map.addSource(FIXED, { type: "geojson", data });
    this.map.addLayer({ id: `${FIXED}-fill`, type: "fill", source: FIXED, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.34 } }, TOP_SLOT);
    this.map.addLayer({ id: `${FIXED}-line`, type: "line", source: FIXED, paint: { "line-color": ["get", "colour"], "line-width": 3 } }, TOP_SLOT);
  }
}

/** The parts of a geometry that can be edited by hand; none where it has holes or several areas. */
function editable(geometry: Geometry): (Polygon | LineString | Point)[] {
  if (geometry.type === "MultiPoint") return geometry.coordinates.map((position) => ({ type: "Point", coordinates: rounded(position) }));
  if (geometry.type === "Point") return [{ type: "Point", coordinates: rounded(geometry.coordinates) }];
  if (geometry.type === "LineString") return [{ type: "LineString", coordinates: geometry.coordinates.map(rounded) }];
  const simple = geometry.type === "Polygon" && geometry.coordinates.length === 1;
  return simple ? [{ type: "Polygon", coordinates: [(geometry.coordinates[0] ?? []).map(rounded)] }] : [];
}

/** While it is drawn, an area is worth measuring from its third corner, if it does not cross itself. */
function usable(feature: GeoJSONStoreFeatures): boolean {
  if (!feature.properties["currentlyDrawing"]) return true;
  if (feature.geometry.type === "LineString") return feature.geometry.coordinates.length > 1;
  if (feature.geometry.type !== "Polygon") return false;
  const ring = feature.geometry.coordinates[0] ?? [];
  const corners = new Set(ring.map(String)).size;
  return corners > 2 && ValidateNotSelfIntersecting(feature).valid;
}

function shapeOf(feature: GeoJSONStoreFeatures): Kind {
  const shapes: Record<string, Kind> = { Polygon: "area", LineString: "linea", Point: "punti" };
  return shapes[feature.geometry.type] ?? "area";
}

function rounded([lon = 0, lat = 0]: Position): Position {
  return [Math.round(lon * 1e9) / 1e9, Math.round(lat * 1e9) / 1e9];
}

/** Every position of a geometry. */
export function positionsOf(geometry: Geometry | null): Position[] {
  if (!geometry || geometry.type === "GeometryCollection") return [];
  if (geometry.type === "Point") return [geometry.coordinates];
  if (geometry.type === "LineString" || geometry.type === "MultiPoint") return geometry.coordinates;
  if (geometry.type === "MultiPolygon") return geometry.coordinates.flat(2);
  return geometry.coordinates.flat();
}
