// The map goes where the search of a comune says.
import type { Map as MapLibre } from "maplibre-gl";
import type { MapConfig } from "./config";
import { outlineComune } from "./outline";
import type { Place } from "./outline";

/** Outlines the comune that a person chooses in the search, and goes there. */
export function followSearch(map: MapLibre, config: MapConfig): void {
  document.addEventListener("comune-chosen", (event) => {
    event.preventDefault();
    const { detail } = event as CustomEvent<Place>;
    outlineComune(map, config, detail.istat);
    map.fitBounds(detail.limiti, { padding: 40, maxZoom: 15, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  });
}
