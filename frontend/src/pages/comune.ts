// A comune's page: its shape on the ground, nothing to operate.
import "../styles/map.css";
import "../styles/comune.css";
import { ThemeLayer, canDraw, createMap, readConfig } from "../map";
import type { MapConfig, Theme } from "../map";
import { outlineComune } from "../map/outline";
import type { Place } from "../map/outline";

const box = document.getElementById("mini-map");
if (box && canDraw() && document.getElementById("chosen-comune")) void show(box);

async function show(element: HTMLElement): Promise<void> {
  const place = readConfig<Place>("chosen-comune");
  const config = readConfig<MapConfig>("map-config");
  const map = await createMap(element, {
    config, label: element.dataset["label"] ?? "Mappa", interactive: false, bounds: place.limiti, padding: 18,
  });
  if (document.getElementById("theme-data")) new ThemeLayer(map, readConfig<Theme>("theme-data")).setOpacity(0.75);
  outlineComune(map, config, place.istat);
}
