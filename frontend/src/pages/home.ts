// The home: a still picture of the territory that answers to a click with the comune's page.
import "../styles/map.css";
import "../styles/home.css";
import { ThemeLayer, canDraw, createMap, readConfig } from "../map";
import type { MapConfig, Theme } from "../map";

const box = document.getElementById("home-map");
if (box && canDraw()) void show(box);

async function show(element: HTMLElement): Promise<void> {
  const config = readConfig<MapConfig>("map-config");
  const wide = matchMedia("(min-width: 900px)").matches;
  const covered = document.querySelector(".hero-panel")?.getBoundingClientRect().right ?? 0;
  const map = await createMap(element, {
    config,
    label: element.dataset["label"] ?? "Mappa",
    interactive: false,
    padding: wide ? { left: covered + 24, right: 40, top: 30, bottom: 30 } : 16,
  });
  if (!document.getElementById("theme-data")) return;
  const layer = new ThemeLayer(map, readConfig<Theme>("theme-data"));
  map.on("click", (event) => {
    const key = layer.keyAt(event.point);
    if (key && layer.theme.id.endsWith("-comuni")) location.href = `/conoscere/comuni/${key}`;
  });
  map.on("mousemove", (event) => {
    const key = layer.keyAt(event.point);
    layer.highlight(key);
    map.getCanvas().style.cursor = key ? "pointer" : "";
  });
}
