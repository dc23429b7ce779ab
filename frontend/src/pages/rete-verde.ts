// The Rete Verde: priorities on a small map that answers to the table's rows, and the other way round.
import "../styles/map.css";
import "../styles/suoli.css";
import { ThemeLayer, canDraw, createMap, readConfig } from "../map";
import type { MapConfig, Theme } from "../map";

const box = document.getElementById("network-map");
if (box && canDraw()) void show(box);

async function show(element: HTMLElement): Promise<void> {
  if (!document.getElementById("theme-data")) return;
  const map = await createMap(element, { config: readConfig<MapConfig>("map-config"), label: element.dataset["label"] ?? "Mappa", padding: 12 });
  const layer = new ThemeLayer(map, readConfig<Theme>("theme-data"));
  const rows = new Map([...document.querySelectorAll<HTMLElement>("[data-place]")].map((row) => [row.dataset["place"] ?? "", row]));
  for (const [key, row] of rows) {
    row.addEventListener("mouseenter", () => layer.highlight(key));
    row.addEventListener("focusin", () => layer.highlight(key));
    row.addEventListener("mouseleave", () => layer.highlight(null));
  }
  map.on("mousemove", (event) => {
    const key = layer.keyAt(event.point);
    layer.highlight(key);
    for (const [one, row] of rows) row.classList.toggle("network-here", one === key);
  });
  map.on("click", (event) => {
    const key = layer.keyAt(event.point);
    if (key) rows.get(key)?.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  });
}
