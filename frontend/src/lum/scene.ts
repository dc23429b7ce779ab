// What stands around a redraw: the circle, what is reached on foot, the perimeter in force, other LUM, the stops.
import type { Feature, FeatureCollection, Geometry, Point, Polygon } from "geojson";
import type { FilterSpecification, Map as MapLibre } from "maplibre-gl";
import { TOP_SLOT } from "../map";
import type { Area } from "../draw";

/** See queries.py, scene. */
export interface Scene {
  bounds: [number, number, number, number];
  circle: Area;
  handles: Polygon;
  walk: Area | null;
  walkHandles: Polygon | null;
  inForce: Area | null;
  stops: Point[];
  neighbours: { name: string; shape: Area }[];
  drawn: Area | null;
}

const SOURCE = "lum-scene";
const role = (name: string): FilterSpecification => ["==", ["get", "role"], name];

/** Draws everything but what is being drawn. */
export function drawScene(map: MapLibre, scene: Scene, { proposed = false } = {}): void {
  map.addSource(SOURCE, { type: "geojson", data: features(scene, proposed) });
  const fill = (name: string, colour: string, opacity: number): void => {
    map.addLayer({ id: `${SOURCE}-${name}-fill`, type: "fill", source: SOURCE, filter: role(name), paint: { "fill-color": colour, "fill-opacity": opacity } }, TOP_SLOT);
  };
  const line = (name: string, colour: string, width: number, dashes?: number[]): void => {
    map.addLayer({ id: `${SOURCE}-${name}-line`, type: "line", source: SOURCE, filter: role(name), layout: { "line-join": "round" },
      paint: { "line-color": colour, "line-width": width, ...(dashes ? { "line-dasharray": dashes } : {}) } }, TOP_SLOT);
  };
  fill("neighbour", "#6b7683", 0.18);
  line("neighbour", "#6b7683", 1.2);
  fill("walk", "#2f8f5b", 0.22);
  line("walk", "#1e6b42", 1.4);
  fill("inForce", "#c2570c", 0.1);
  line("inForce", "#a8440a", 2);
  fill("drawn", "#0066cc", 0.16);
  line("drawn", "#0b3d70", 3);
  line("circle", "#17324d", 2, [2, 1.6]);
  map.addLayer({ id: `${SOURCE}-stops`, type: "circle", source: SOURCE, filter: role("stop"),
    paint: { "circle-radius": 5.5, "circle-color": "#17324d", "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 } });
}

function features(scene: Scene, proposed: boolean): FeatureCollection {
  const one = (geometry: Geometry | null, name: string): Feature[] => (geometry ? [{ type: "Feature", properties: { role: name }, geometry }] : []);
  return { type: "FeatureCollection", features: [
    ...scene.neighbours.flatMap(({ shape }) => one(shape, "neighbour")),
    ...one(scene.walk, "walk"), ...one(scene.inForce, "inForce"),
    ...(proposed ? one(scene.drawn, "drawn") : []), ...one(scene.circle, "circle"),
    ...scene.stops.flatMap((stop) => one(stop, "stop")),
  ] };
}

const FAULTS = "lum-faults";

/** Marks what the checks complain of: points where a corner is too far or a stop is lost, areas that go too far. */
export function markFaults(map: MapLibre, faults: Geometry[]): void {
  const data: FeatureCollection = { type: "FeatureCollection", features: faults.map((geometry) => ({ type: "Feature", properties: {}, geometry })) };
  const source = map.getSource(FAULTS);
  if (source && "setData" in source) {
    (source as { setData: (data: FeatureCollection) => void }).setData(data);
    return;
  }
  map.addSource(FAULTS, { type: "geojson", data });
  map.addLayer({ id: `${FAULTS}-fill`, type: "fill", source: FAULTS, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#a11d2c", "fill-opacity": 0.4 } }, TOP_SLOT);
  map.addLayer({ id: `${FAULTS}-dot`, type: "circle", source: FAULTS, filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-radius": 10, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": "#a11d2c", "circle-stroke-width": 3 } });
}
