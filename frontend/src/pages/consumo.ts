// "What is lost if this is built": an area on the map, a few assumptions, the answer beside it.
import "../styles/map.css";
import "../styles/valuta.css";
import "../styles/suoli.css";
import type { Area } from "../draw";
import { readConfig } from "../map";
import { readNumber } from "../valuta/numbers";
import { PlaceOnMap } from "../valuta/place";
import { Server } from "../valuta/server";
import type { PageConfig } from "../valuta/types";
import { phrase } from "../site/words";

type Config = PageConfig & { api: { perimetro: string; calcola: string } };

class LandTakePage {
  private area: Area | null = null;
  private asking: AbortController | null = null;
  private timer = 0;
  private readonly answer = document.querySelector("[data-answer]") as HTMLElement;
  private readonly error = document.querySelector("[data-question-error]") as HTMLElement;
  private readonly place: PlaceOnMap;
  private readonly sealed = document.querySelector("[data-sealed]") as HTMLInputElement;

  constructor(private readonly config: Config) {
    this.place = new PlaceOnMap(config, new Server(config), {
      onArea: (area, settled) => this.changed(area, settled),
      onOutline: (outline) => this.changed(outline.geometria, true),
    });
    const form = document.querySelector("[data-question]") as HTMLFormElement;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => this.assumed());
  }

  private assumed(): void {
    const said = document.querySelector("[data-sealed-say]");
    if (said) said.textContent = `${this.sealed.value} %`;
    this.later();
  }

  private changed(area: Area | null, settled: boolean): void {
    this.area = area;
    if (settled) this.later();
  }

  private later(): void {
    clearTimeout(this.timer);
    if (this.area) this.timer = window.setTimeout(() => void this.ask(), 250);
  }

  private number(name: string): number | null | undefined {
    const text = document.querySelector<HTMLInputElement>(`[data-${name}]`)?.value.trim() ?? "";
    if (!text) return null;
    return readNumber(text) ?? undefined;
  }

  private async ask(): Promise<void> {
    const [intensity, rain] = [this.number("intensity"), this.number("rain")];
    if (intensity === undefined || rain === undefined) return this.refuse(phrase("Scrivere un numero, per esempio 0,2 oppure 950."));
    this.asking?.abort();
    this.asking = new AbortController();
    this.answer.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(this.config.api.calcola, {
        method: "POST",
        credentials: "same-origin",
        signal: this.asking.signal,
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-CSRFToken": document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "",
        },
        body: JSON.stringify({ geometria: this.area, impermeabile: Number(this.sealed.value), intensita: intensity, pioggia: rain }),
      });
      const body = (await answer.json().catch(() => ({}))) as { html?: string; errore?: string; risultato?: { area_m2: number } };
      if (answer.ok && body.html) {
        this.show(body.html);
        if (body.risultato) this.place.tellMeasured(body.risultato.area_m2);
      }
      else this.refuse(body.errore ?? phrase("Il servizio ha avuto un inciampo. Riprovare tra poco."));
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.refuse(phrase("Il servizio non risponde."));
    }
    this.answer.removeAttribute("aria-busy");
  }

  private show(html: string): void {
    this.error.hidden = true;
    this.answer.innerHTML = html;
  }

  private refuse(sentence: string): void {
    this.answer.replaceChildren(); // what stood there is of another area
    this.error.textContent = sentence;
    this.error.hidden = false;
  }
}

new LandTakePage(readConfig<Config>("consumo-config"));
