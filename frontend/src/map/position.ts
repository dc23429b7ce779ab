// Positions as people read them.
import type { Map as MapLibre } from "maplibre-gl";
import { phrase } from "../site/words";

const degrees = new Intl.NumberFormat("it-IT", { minimumFractionDigits: 4, maximumFractionDigits: 4 });

/** Where the centre of the map is, in words. */
export function readablePosition(map: MapLibre): string {
  const { lng, lat } = map.getCenter();
  const place = placeAt(map);
  const where = place ? `${place}, ` : "";
  return `${where}${degrees.format(lat)}° N, ${degrees.format(lng)}° E, ${phrase("ingrandimento")} ${map.getZoom().toFixed(1).replace(".", ",")}`;
}

/** Name of the comune under the centre of the map, if its tile carries one. */
function placeAt(map: MapLibre): string | null {
  if (!map.getLayer("comuni-paper")) return null;
  const [feature] = map.queryRenderedFeatures(map.project(map.getCenter()), { layers: ["comuni-paper"] });
  const name = feature?.properties?.["nome"] ?? feature?.properties?.["comune"];
  return typeof name === "string" ? name : null;
}
