// The page of siting: gathers a kind of service, a place and answers; shows what comes back. Nothing is kept.
import type { Point } from "geojson";
import type { Area } from "../draw";
import { Refused, Unreachable, post, postForm } from "../site/requests";
import { query, showPieces } from "../site/savedPage";
import { phrase } from "../site/words";
import { AnswerField } from "../valuta/answers";
import { PlaceOnMap } from "../valuta/place";
import { Server } from "../valuta/server";
import type { GivenAnswer, Mode, PageConfig } from "../valuta/types";
import { SpotOnMap } from "./spot";

export interface SiteConfig extends PageConfig {
  criteri: string;
  punto: [number, number] | null;
  voce: string;
  giorno: string;
  lum: string | null;
  servizi: string | null;
  api: PageConfig["api"] & { giudizio: string; punto: string; pdf: string; json: string };
}

interface Said {
  voce: string;
  nome: string;
  giorno: string;
  geometria: Area | Point | null;
  risposte: Record<string, GivenAnswer>;
}

interface Reply {
  risultato: { area_m2: number; esito: { testo: string; etichetta: string } };
  modi: Record<string, Mode>;
  pezzi: Record<string, string>;
}

const KEPT = "trama-localizza";
const PAUSE_MS = 250;

export class SitePage {
  private readonly voce = query<HTMLSelectElement>("[data-voce]");
  private readonly name = query<HTMLInputElement>("[data-nome]");
  private readonly day = query<HTMLInputElement>("[data-giorno]");
  private readonly error = query("[data-question-error]");
  private readonly fields: AnswerField[];
  private readonly place: PlaceOnMap;
  private readonly spot: SpotOnMap;
  private readonly empty: Record<string, string> = {};
  private asking: AbortController | null = null;
  private timer = 0;

  constructor(private readonly config: SiteConfig) {
    for (const piece of document.querySelectorAll<HTMLElement>("[data-piece]")) this.empty[piece.dataset["piece"] ?? ""] = piece.innerHTML;
    this.fields = [...document.querySelectorAll<HTMLElement>("[data-item]")].map((root) => new AnswerField(root, () => this.later()));
    const kept = this.recalled();
    this.day.value = config.giorno;
    if (kept) this.write(kept);
    this.stand(config.modi[config.criteri]);
    const area = kept?.geometria && kept.geometria.type !== "Point" && !config.punto ? kept.geometria : null;
    config.stato = { ...config.stato, geometria: area };
    this.spot = new SpotOnMap(config, { onPoint: () => this.pointed(), onSay: (words) => this.place.tell(words) });
    this.place = new PlaceOnMap(config, new Server(config), {
      onArea: (_area, settled) => { if (settled) this.later(); },
      onOutline: (outline) => this.outlined(outline.nome),
      onMap: (map) => this.spot.open(map, this.voce.value),
      onStart: () => this.spot.forget(),
    });
    const point = config.punto ?? (kept?.geometria?.type === "Point" ? kept.geometria.coordinates as [number, number] : null);
    if (point) this.spot.put(point, true);
    this.listen();
    this.later();
  }

  private listen(): void {
    this.voce.addEventListener("change", () => {
      this.spot.same(this.voce.value);
      this.later();
    });
    for (const field of [this.name, this.day]) field.addEventListener("change", () => this.later());
    for (const one of document.querySelectorAll<HTMLButtonElement>("[data-format]")) {
      one.addEventListener("click", () => void this.download(one));
    }
    const form = query<HTMLFormElement>("form[data-spot]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.written(form);
    });
  }

  /** What the page says now. */
  private read(): Said {
    const risposte: Said["risposte"] = {};
    for (const field of this.fields) {
      const answer = field.read();
      if (answer) risposte[field.id] = answer;
    }
    return { voce: this.voce.value, nome: this.name.value, giorno: this.day.value || this.config.giorno, geometria: this.spot.read() ?? this.place.read(), risposte };
  }

  private write(kept: Said): void {
    if (!this.config.voce) this.voce.value = kept.voce;
    this.name.value = kept.nome;
    this.day.value = kept.giorno;
    for (const field of this.fields) field.write(kept.risposte[field.id]);
  }

  /** Closing the page by mistake, or going back to it, loses nothing in this window. */
  private remember(said: Said): void {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(said));
    } catch { /* a full or forbidden storage: the page works without */ }
  }

  private recalled(): Said | null {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Said | null;
    } catch {
      return null;
    }
  }

  private pointed(): void {
    this.place.forget();
    this.later();
  }

  private outlined(name: string | null): void {
    this.spot.forget();
    if (name && !this.name.value) this.name.value = name;
    this.later();
  }

  private async written(form: HTMLFormElement): Promise<void> {
    const line = query("[data-spot-error]");
    try {
      const { punto } = await postForm<{ punto: [number, number] }>(this.config.api.punto, new FormData(form));
      line.hidden = true;
      document.querySelector<HTMLDialogElement>("#outline")?.close();
      this.spot.put(punto, true);
      this.pointed();
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      line.textContent = error.message;
      line.hidden = false;
    }
  }

  private later(): void {
    const said = this.read();
    this.remember(said);
    this.address(said);
    clearTimeout(this.timer);
    if (said.voce && said.geometria) this.timer = window.setTimeout(() => void this.ask(said), PAUSE_MS);
    else this.clear();
  }

  /** The address of a point and a kind can be passed on. */
  private address({ voce, geometria }: Said): void {
    const query = new URLSearchParams();
    if (voce) query.set("voce", voce);
    if (geometria?.type === "Point") {
      query.set("lon", String(geometria.coordinates[0]));
      query.set("lat", String(geometria.coordinates[1]));
    }
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
  }

  private async ask(said: Said): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    query("#esito").setAttribute("aria-busy", "true");
    try {
      this.show(await post<Reply>(this.config.api.giudizio, said, { signal: asking.signal }));
    } catch (error) {
      if (error instanceof Refused || error instanceof Unreachable) this.refuse(error.message);
      else if (!(error instanceof DOMException)) throw error;
    } finally {
      if (this.asking === asking) query("#esito").removeAttribute("aria-busy");
    }
  }

  private show(reply: Reply): void {
    this.error.hidden = true;
    showPieces(reply.pezzi);
    this.stand(reply.modi);
    query("[data-documents]").hidden = false;
    this.place.tellMeasured(reply.risultato.area_m2);
    const { testo, etichetta } = reply.risultato.esito;
    query("[data-say]").textContent = [testo, etichetta].filter(Boolean).join(". ");
  }

  private stand(modes: Record<string, Mode> = {}): void {
    for (const field of this.fields) field.show(modes[field.id] ?? "chiedi");
  }

  /** What stood there is of another place or another kind. */
  private clear(): void {
    this.asking?.abort();
    this.error.hidden = true;
    showPieces(this.empty);
    this.stand(this.config.modi[this.config.criteri]);
    query("[data-documents]").hidden = true;
  }

  private refuse(sentence: string): void {
    this.clear();
    this.error.textContent = sentence;
    this.error.hidden = false;
  }

  private async download(button: HTMLButtonElement): Promise<void> {
    const form = button.dataset["format"] === "pdf" ? "pdf" : "json";
    const said = this.read();
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    try {
      await save(this.config.api[form], said, `localizza.${form}`);
      this.error.hidden = true;
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      this.error.textContent = phrase("Il documento non è pronto: {why}", { why: error.message });
      this.error.hidden = false;
    }
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

/** Asks for a document and hands it to the browser under the name the server gives it. */
async function save(address: string, body: unknown, otherwise: string): Promise<void> {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  const request = { method: "POST", credentials: "same-origin", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-CSRFToken": token } } as const;
  const answer = await fetch(address, request).catch(() => { throw new Unreachable(phrase("Il servizio non risponde.")); });
  if (!answer.ok) {
    const refused = (await answer.json().catch(() => ({}))) as { errore?: string };
    throw new Refused(refused.errore ?? phrase("Il servizio ha avuto un inciampo. Riprovare tra poco."), answer.status, {});
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? otherwise;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
