// A change written instead of drawn: what, which service, and where, in degrees.
import { phrase } from "../site/words";
import type { Gesture } from "./marks";
import type { Point, ServiceDots } from "./services";

const NUMBER = /[-+]?\d+(?:[.,]\d+)?/g;

/** Reads longitude and latitude from a text; null where they are not there. */
export function readPoint(text: string): Point | null {
  const found = text.match(NUMBER) ?? [];
  const [lon, lat] = found.map((part) => Number(part.replace(",", ".")));
  const rest = text.replace(NUMBER, "").replace(/[\s,;]/g, "");
  return found.length === 2 && !rest && Math.abs(lon as number) <= 180 && Math.abs(lat as number) <= 90 ? [lon as number, lat as number] : null;
}

export class WrittenGesture {
  private readonly form: HTMLFormElement;
  private readonly error: HTMLElement;

  constructor(root: HTMLElement, private readonly services: ServiceDots, private readonly add: (gesture: Gesture) => void) {
    this.form = root.querySelector("[data-trying-form]") as HTMLFormElement;
    this.error = root.querySelector("[data-trying-error]") as HTMLElement;
    this.form.querySelector("[name=gesto]")?.addEventListener("change", () => this.suit());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take();
    });
    this.suit();
  }

  /** Shows the fields that the change wants. */
  private suit(): void {
    for (const field of this.form.querySelectorAll<HTMLElement>("[data-for]")) {
      field.hidden = !(field.dataset["for"] ?? "").split(" ").includes(this.value("gesto"));
    }
  }

  private value(name: string): string {
    return (this.form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement).value;
  }

  private take(): void {
    const gesto = this.value("gesto") as Gesture["gesto"];
    const wanted = { apri: ["punto"], chiudi: [], sposta: ["punto"], passaggio: ["punto", "altro"] }[gesto];
    const points = wanted.map((name) => readPoint(this.value(name)));
    if (points.includes(null)) return this.refuse(phrase("Scrivere longitudine e latitudine in gradi, come 9,1712 45,5431."));
    const punti = points as Point[];
    if (gesto === "apri") return this.done({ gesto, punti, servizio: "", words: phrase("Apre un servizio") });
    if (gesto === "passaggio") return this.done({ gesto, punti, servizio: "", words: phrase("Un passaggio nuovo") });
    const service = this.services.named(this.value("servizio"));
    if (!service) return this.refuse(phrase("Scegliere il servizio dall'elenco che appare scrivendo."));
    const { id, name, at } = service;
    if (gesto === "chiudi") this.done({ gesto, punti, servizio: id, words: phrase("Chiude {name}", { name }) });
    else this.done({ gesto, punti, servizio: id, from: at, words: phrase("Si sposta {name}", { name }) });
  }

  private done(gesture: Gesture): void {
    this.error.hidden = true;
    this.add(gesture);
  }

  private refuse(sentence: string): void {
    this.error.textContent = sentence;
    this.error.hidden = false;
  }
}
