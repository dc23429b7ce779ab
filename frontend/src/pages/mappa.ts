// The map page: the panel says what is shown, the map shows it, a click reads a place, the address keeps it all.
import "../styles/map.css";
import "../styles/mappa.css";
import type { Map as MapLibre } from "maplibre-gl";
import { ThemeLayer, canDraw, createMap, readConfig, showBase } from "../map";
import type { MapConfig, Theme } from "../map";
import { markSpot, outlineComune } from "../map/outline";
import type { Place } from "../map/outline";
import { Swipe } from "../map/swipe";
import { phrase } from "../site/words";

const box = document.getElementById("map");
const panel = document.querySelector<HTMLElement>("[data-theme-panel]");
if (box && canDraw()) void start(box);
else if (box) tellNoDrawing(box);

async function start(element: HTMLElement): Promise<void> {
  const config = readConfig<MapConfig>("map-config");
  const positioned = location.hash.includes("mappa=");
  const map = await createMap(element, { config, label: element.dataset["label"] ?? "Mappa", hash: true });
  const page = new MapPage(element, map, config);
  page.show();
  if (document.getElementById("chosen-comune")) page.goTo(readConfig<Place>("chosen-comune"), !positioned);
}

function tellNoDrawing(element: HTMLElement): void {
  const note = document.createElement("div");
  note.className = "map-failed";
  note.innerHTML = `<p>Questo browser non può disegnare la mappa.</p><p><a href="${element.dataset["table"] ?? ""}">Gli stessi dati in tabella</a></p>`;
  element.append(note);
}

class MapPage {
  private layer: ThemeLayer | null = null;
  private swipe: Swipe | null = null;
  private opacity = 0.85;
  private readonly card = document.getElementById("luogo") as HTMLElement;

  constructor(private readonly element: HTMLElement, private readonly map: MapLibre, private readonly config: MapConfig) {
    map.on("click", (event) => void this.read(event.lngLat.lng, event.lngLat.lat));
    map.getCanvas().addEventListener("keydown", (event) => this.press(event));
    document.addEventListener("comune-chosen", (event) => {
      event.preventDefault();
      this.goTo((event as CustomEvent<Place>).detail, true);
    });
    document.querySelector("[data-subject]")?.addEventListener("change", (event) => this.changeSubject(event.target as HTMLSelectElement));
    document.querySelector("[data-base]")?.addEventListener("change", (event) => {
      const check = event.target as HTMLInputElement;
      showBase(map, check.value, check.checked);
    });
    panel?.addEventListener("change", (event) => void this.panelChanged(event.target as HTMLElement));
    panel?.addEventListener("input", (event) => this.panelMoved(event.target as HTMLElement));
    panel?.addEventListener("click", (event) => void this.copyAddress(event.target as HTMLElement));
    this.card.querySelector("[data-place-close]")?.addEventListener("click", () => this.closeCard());
  }

  /** Draws the theme the panel carries. */
  show(): void {
    if (!document.getElementById("theme-data")) return;
    this.swipe?.close();
    this.swipe = null;
    this.layer?.remove();
    this.layer = new ThemeLayer(this.map, readConfig<Theme>("theme-data"));
    this.layer.setOpacity(this.opacity);
    const slider = panel?.querySelector<HTMLInputElement>("[data-opacity]");
    if (slider) slider.value = String(Math.round((1 - this.opacity) * 100));
    const compared = panel?.querySelector<HTMLSelectElement>("[data-compare]")?.value;
    if (compared) void this.compare(compared);
  }

  /** Outlines a comune and moves there. */
  goTo(place: Place, move: boolean): void {
    outlineComune(this.map, this.config, place.istat);
    this.remember("comune", place.istat);
    if (move) {
      this.element.scrollIntoView({ block: "nearest" }); // on a phone the search is below the map
      this.map.fitBounds(place.limiti, { padding: this.padding(), maxZoom: 14, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
    }
    void this.read(place.punto[0], place.punto[1]);
  }

  /** Room around what is shown, with the card of the place left free on wide screens. */
  private padding(): { top: number; right: number; bottom: number; left: number } {
    const { clientWidth, clientHeight } = this.map.getContainer();
    if (clientWidth > 760) return { top: 60, right: 60, bottom: 60, left: 480 };
    return { top: 30, right: 30, bottom: Math.round(clientHeight * 0.4), left: 30 };
  }

  private press(event: KeyboardEvent): void {
    if (event.key === "Enter") {
      const { lng, lat } = this.map.getCenter();
      void this.read(lng, lat);
    } else if (event.key === "Escape") this.closeCard();
    // One key, and only while the map has the focus (WCAG 2.1.4); elsewhere the link's access key does the same.
    else if (event.key.toLowerCase() === "t" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      document.querySelector<HTMLAnchorElement>("[data-table-link]")?.click();
    }
  }

  private async read(lon: number, lat: number): Promise<void> {
    const body = this.card.querySelector<HTMLElement>("[data-place-body]");
    if (!body) return;
    const query = new URLSearchParams({ lon: lon.toFixed(6), lat: lat.toFixed(6), tema: this.layer?.theme.id ?? "" });
    const answer = await fetch(`${this.element.dataset["place"]}?${query}`, { headers: { "HX-Request": "true" } });
    body.innerHTML = answer.ok ? await answer.text() : "<p>Il luogo non si è potuto leggere. Riprovare tra poco.</p>";
    this.card.hidden = false;
    markSpot(this.map, [lon, lat]);
    const point = this.map.project([lon, lat]);
    this.layer?.highlight(this.layer.keyAt(point));
  }

  private closeCard(): void {
    this.card.hidden = true;
    this.layer?.highlight(null);
    markSpot(this.map, null);
    this.map.getCanvas().focus();
  }

  private changeSubject(select: HTMLSelectElement): void {
    const option = select.selectedOptions[0];
    const grains = (option?.dataset["grains"] ?? "").trim().split(" ");
    const present = this.layer?.theme.id.split("-").at(-1) ?? "";
    void this.load(`${select.value}-${grains.includes(present) ? present : grains[0]}`);
  }

  private async panelChanged(target: HTMLElement): Promise<void> {
    if (target instanceof HTMLInputElement && target.name === "grana") await this.load(target.value);
    if (target instanceof HTMLSelectElement && "compare" in target.dataset) {
      this.remember("confronto", target.value);
      await this.compare(target.value);
    }
  }

  private panelMoved(target: HTMLElement): void {
    if (!(target instanceof HTMLInputElement && "opacity" in target.dataset)) return;
    this.opacity = 1 - Number(target.value) / 100;
    this.layer?.setOpacity(this.opacity);
  }

  private async load(theme: string): Promise<void> {
    if (!panel) return;
    panel.setAttribute("aria-busy", "true");
    const answer = await fetch((this.element.dataset["theme"] ?? "").replace("X", theme), { headers: { "HX-Request": "true" } });
    if (answer.ok) {
      const grainHadFocus = document.activeElement instanceof HTMLInputElement && document.activeElement.name === "grana";
      panel.innerHTML = await answer.text();
      document.querySelector("[data-unmet]")?.remove();
      if (grainHadFocus) panel.querySelector<HTMLInputElement>("input[name=grana]:checked")?.focus();
      this.remember("tema", theme);
      this.remember("versione", "");
      this.remember("confronto", "");
      this.show();
    }
    panel.removeAttribute("aria-busy");
  }

  private async compare(version: string): Promise<void> {
    this.swipe?.close();
    this.swipe = null;
    if (!version || !this.layer) return;
    const { theme } = this.layer;
    const answer = await fetch(`/conoscere/temi/${theme.id}.json?${new URLSearchParams({ versione: version, classi: theme.version })}`);
    if (!answer.ok) return;
    const other = (await answer.json()) as Theme;
    this.swipe = new Swipe(this.map, this.config, versionName(other), versionName(theme));
    await this.swipe.open(other);
  }

  private remember(name: string, value: string): void {
    const address = new URL(location.href);
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
    history.replaceState(null, "", address);
  }

  private async copyAddress(target: HTMLElement): Promise<void> {
    const button = target.closest<HTMLButtonElement>("[data-copy]");
    if (!button) return;
    const words = button.textContent;
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = "Copiato";
    } catch {
      button.textContent = phrase("L'indirizzo è nella barra");
    }
    setTimeout(() => (button.textContent = words), 2500);
  }
}

/** A version as the comparison names it: with its rain, or two events would pass for two states of the ground. */
function versionName(theme: Theme): string {
  return theme.event ? `${theme.version}, ${theme.event}` : theme.version;
}
