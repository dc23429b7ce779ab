// The best places for the next services, as markers that can be dragged: moving one says what it costs.
import { Marker } from "maplibre-gl";
import type { Map as MapLibre } from "maplibre-gl";
import { Follower } from "../site/follower";
import { Refused, Unreachable, post } from "../site/requests";
import { phrase } from "../site/words";

interface SitingData {
  url: string;
  che: string;
  gruppo: string;
  minuti: number | null;
}

interface Place {
  lon: number;
  lat: number;
  comune: string;
}

interface Answer {
  risultato: { guadagnati: number; luoghi: Place[] };
  html: string;
}

/** The form, the markers, and the answer in words. */
export class Siting {
  private readonly form = document.querySelector("[data-siting-form]") as HTMLFormElement;
  private readonly answer = document.querySelector("[data-siting-answer]") as HTMLElement;
  private markers: Marker[] = [];
  private wanted: Record<string, unknown> = {};
  private proposed = 0;
  private asking: AbortController | null = null;
  private readonly follower: Follower<unknown, Answer>;

  constructor(private readonly map: MapLibre, private readonly data: SitingData) {
    this.follower = new Follower<unknown, Answer>(data.url, {
      onReply: (reply) => (this.answer.innerHTML = reply.html),
      onRefused: (sentence) => (this.answer.textContent = sentence),
      onWorking: (working) => (working ? this.answer.setAttribute("aria-busy", "true") : this.answer.removeAttribute("aria-busy")),
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.find();
    });
    this.answer.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-to-centre]") : null;
      const marker = button ? this.markers[Number(button.dataset["toCentre"])] : undefined;
      if (!marker) return;
      marker.setLngLat(this.map.getCenter());
      void this.weigh();
    });
  }

  private async find(): Promise<void> {
    const given = new FormData(this.form);
    this.follower.stop();
    this.wanted = {
      che: this.data.che, gruppo: this.data.gruppo, minuti: this.data.minuti,
      quanti: Number(given.get("quanti")), area: given.get("area"), obiettivo: given.get("obiettivo"), lum: given.get("lum"),
    };
    const found = await this.ask(this.wanted);
    if (!found) return;
    this.proposed = found.risultato.guadagnati;
    this.place(found.risultato.luoghi);
  }

  /** Weighs the places where the markers are now against those proposed. */
  private async weigh(): Promise<void> {
    this.follower.stop();
    await this.ask(this.moved());
  }

  /** The hand moves: the newest question waits for the answer to the one before. */
  private follow(): void {
    this.asking?.abort();
    this.follower.follow({ ...this.moved(), segue: true });
  }

  private moved(): Record<string, unknown> {
    const places = this.markers.map((marker) => marker.getLngLat()).map(({ lng, lat }) => [lng, lat]);
    return { ...this.wanted, luoghi: places, guadagnati_prima: this.proposed };
  }

  private async ask(body: unknown): Promise<Answer | null> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    this.answer.setAttribute("aria-busy", "true");
    try {
      const found = await post<Answer>(this.data.url, body, { signal: asking.signal });
      this.answer.innerHTML = found.html;
      return found;
    } catch (error) {
      if (error instanceof Refused || error instanceof Unreachable) this.answer.textContent = error.message;
      else if (!(error instanceof DOMException)) throw error;
      return null;
    } finally {
      if (this.asking === asking) this.answer.removeAttribute("aria-busy");
    }
  }

  private place(places: Place[]): void {
    for (const marker of this.markers) marker.remove();
    this.markers = places.map((place, row) => {
      const element = document.createElement("div");
      element.className = "access-site-anchor";
      const pin = document.createElement("div");
      pin.className = "access-site";
      pin.innerHTML = `<span>${row + 1}</span>`;
      element.append(pin);
      const marker = new Marker({ element, draggable: true, anchor: "bottom" }).setLngLat([place.lon, place.lat]).addTo(this.map);
      element.setAttribute("aria-label", phrase("Luogo {n}, {comune}", { n: row + 1, comune: place.comune }));
      element.setAttribute("role", "img");
      marker.on("drag", () => this.follow());
      marker.on("dragend", () => void this.weigh());
      return marker;
    });
    this.frame(places);
  }

  /** Shows all the places, unless they are in sight already. */
  private frame(places: Place[]): void {
    const bounds = this.map.getBounds();
    if (!places.length || places.every(({ lon, lat }) => bounds.contains([lon, lat])) && this.map.getZoom() >= 11) return;
    const lons = places.map((place) => place.lon);
    const lats = places.map((place) => place.lat);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { padding: 80, maxZoom: 14, animate: !still });
  }
}
