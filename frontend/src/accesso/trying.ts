// Changes tried on the map: a service opens, closes or moves, a passage is built; who gains and who loses.
import type { Map as MapLibre } from "maplibre-gl";
import type { ThemeLayer } from "../map";
import { Follower } from "../site/follower";
import { Refused, Unreachable, post } from "../site/requests";
import { phrase } from "../site/words";
import { ChangedCells } from "./changes";
import { GestureMarks } from "./marks";
import type { Gesture } from "./marks";
import { ServiceDots } from "./services";
import type { Point, Service } from "./services";
import { WrittenGesture } from "./written";

type Mode = "leggi" | "apri" | "passaggio" | "sposta";

interface TryingData {
  prova: string;
  servizi: string;
  che: string;
  gruppo: string;
  minuti: number | null;
  calcolo: string;
}

interface Answer {
  celle: GeoJSON.FeatureCollection;
  html: string;
}

/** The mode of the map, the list of changes, and their effect in words and on the map. */
export class Trying {
  readonly services: ServiceDots;
  private readonly root = document.querySelector("[data-trying]") as HTMLElement;
  private readonly list = this.find("[data-trying-list]");
  private readonly answer = this.find("[data-trying-answer]");
  private readonly hint = this.find("[data-trying-hint]");
  private readonly legend = this.find("[data-trying-legend]");
  private readonly undoing = this.find("[data-trying-undo-row]");
  private readonly usual = this.hint.textContent ?? "";
  private readonly cells: ChangedCells;
  private readonly marks: GestureMarks;
  private readonly follower: Follower<unknown, Answer>;
  private gestures: Gesture[] = [];
  private mode: Mode = "leggi";
  private moving: Service | null = null;
  private asking: AbortController | null = null;
  private ready: Promise<void> | null = null;

  constructor(map: MapLibre, theme: ThemeLayer, private readonly data: TryingData) {
    this.cells = new ChangedCells(map, theme);
    this.services = new ServiceDots(map, data.servizi);
    this.marks = new GestureMarks(map, { onMoving: () => this.follow(), onMoved: () => void this.weigh() });
    this.follower = new Follower<unknown, Answer>(data.prova, {
      onReply: (reply) => this.show(reply),
      onRefused: (sentence) => this.refuse(sentence),
      onWorking: (working) => this.busy(working),
    });
    new WrittenGesture(this.root, this.services, (gesture) => this.add(gesture));
    this.find("[data-trying-mode]").addEventListener("change", (event) => this.enter((event.target as HTMLInputElement).value as Mode));
    this.find("[data-trying-undo]").addEventListener("click", () => this.undo(this.gestures.length - 1));
    this.find("[data-trying-none]").addEventListener("click", () => this.undo(0, this.gestures.length));
    document.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-try]") : null;
      if (button) this.chosen(button);
    });
    this.list.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-undo]") : null;
      if (button) this.undo(Number(button.dataset["undo"]));
    });
  }

  /** Makes the network of the shown run ready, once, and says so while it is being made. */
  private prepare(): Promise<void> {
    const busy = document.querySelector<HTMLElement>("[data-trying-preparing]");
    const { che, gruppo, minuti, calcolo } = this.data;
    this.ready ??= (async () => {
      if (busy) busy.hidden = false;
      try {
        await post(this.data.prova, { che, gruppo, minuti, calcolo, prepara: true });
      } catch {
        this.ready = null; // the answer to the first change will say why
      } finally {
        if (busy) busy.hidden = true;
      }
    })();
    return this.ready;
  }

  /** Takes a click on the map, if a change is waiting for it. */
  take(lon: number, lat: number): boolean {
    const here: Point = [lon, lat];
    if (this.mode === "apri") this.add({ gesto: "apri", punti: [here], servizio: "", words: phrase("Apre un servizio") });
    else if (this.mode === "sposta" && this.moving) {
      const { id, name, at } = this.moving;
      this.add({ gesto: "sposta", punti: [here], servizio: id, from: at, words: phrase("Si sposta {name}", { name }) });
      this.back();
    } else if (this.mode === "passaggio") this.passage(here);
    else return false;
    return true;
  }

  /** Whether a click on a service chooses it: not while a click means something else. */
  get reading(): boolean {
    return this.mode === "leggi";
  }

  /** Lets go of what was begun and not finished; false where there was nothing. */
  cancel(): boolean {
    if (this.marks.begun()) {
      this.marks.begin(null);
      this.say(phrase("Un clic su un capo, poi sull'altro. Esc lascia perdere."));
      return true;
    }
    if (this.mode !== "sposta") return false;
    this.back();
    return true;
  }

  private passage(here: Point): void {
    const first = this.marks.begun();
    if (!first) {
      this.marks.begin(here);
      this.say(phrase("Ora l'altro capo del passaggio."));
      return;
    }
    this.marks.begin(null);
    this.say(phrase("Un clic su un capo, poi sull'altro. Esc lascia perdere."));
    this.add({ gesto: "passaggio", punti: [first, here], servizio: "", words: phrase("Un passaggio nuovo") });
  }

  private chosen(button: HTMLElement): void {
    const id = button.dataset["service"] ?? "";
    const service = this.services.get(id) ?? { id, name: button.dataset["name"] ?? id, voce: "", at: [0, 0] as Point };
    if (button.dataset["try"] === "chiudi") {
      this.add({ gesto: "chiudi", punti: [], servizio: id, words: phrase("Chiude {name}", { name: service.name }) });
      return;
    }
    this.moving = service;
    this.enter("sposta");
    this.say(phrase("Un clic sulla mappa dove andrebbe {name}. Da tastiera: Invio al centro della mappa.", { name: service.name }));
  }

  private enter(mode: Mode): void {
    this.mode = mode;
    if (mode !== "leggi") void this.prepare();
    this.marks.begin(null);
    document.getElementById("access-map")?.setAttribute("data-mode", mode);
    if (mode === "apri") this.say(phrase("Un clic sulla mappa dove aprirebbe. Da tastiera: Invio al centro della mappa."));
    else if (mode === "passaggio") this.say(phrase("Un clic su un capo, poi sull'altro. Esc lascia perdere."));
    else this.say(this.usual);
  }

  /** Goes back to reading the minutes. */
  private back(): void {
    this.moving = null;
    const reading = document.querySelector<HTMLInputElement>("[data-trying-mode] [value=leggi]");
    if (reading) reading.checked = true;
    this.enter("leggi");
  }

  /** Adds a change; another to the same service takes the place of the first. */
  private add(gesture: Gesture): void {
    const { servizio } = gesture;
    const before = this.gestures;
    this.gestures = [...before.filter((one) => !servizio || one.servizio !== servizio), gesture];
    void this.weigh(before);
  }

  private undo(row: number, count = 1): void {
    this.gestures.splice(row, count);
    void this.weigh();
  }

  private question(): Record<string, unknown> {
    const gesti = this.gestures.map(({ gesto, punti, servizio }) => (punti.length ? { gesto, punti, servizio } : { gesto, servizio }));
    const { che, gruppo, minuti, calcolo } = this.data;
    return { che, gruppo, minuti, calcolo, gesti };
  }

  /** The hand moves: the newest question waits for the answer to the one before. */
  private follow(): void {
    this.asking?.abort();
    this.follower.follow({ ...this.question(), segue: true });
  }

  /** The hand rests: the answer keeps its trace. A new change that is refused goes, those `before` it stay. */
  private async weigh(before?: Gesture[]): Promise<void> {
    this.follower.stop();
    this.asking?.abort();
    this.draw();
    if (!this.gestures.length) return this.clear();
    const asking = new AbortController();
    this.asking = asking;
    this.busy(true);
    try {
      await this.prepare();
      if (asking.signal.aborted) return;
      this.show(await post<Answer>(this.data.prova, this.question(), { signal: asking.signal }));
    } catch (error) {
      if (error instanceof Refused && before && !asking.signal.aborted) await this.takeOut(before, error.message);
      else if (error instanceof Refused || error instanceof Unreachable) this.refuse(error.message);
      else if (!(error instanceof DOMException)) throw error;
    } finally {
      if (this.asking === asking) this.busy(false);
    }
  }

  /** Goes back to the changes before one that was refused, and says why it was. */
  private async takeOut(before: Gesture[], sentence: string): Promise<void> {
    this.gestures = before;
    await this.weigh();
    const why = document.createElement("p");
    why.textContent = sentence;
    this.answer.prepend(why);
  }

  private draw(): void {
    this.list.replaceChildren(...this.gestures.map((one, row) => item(one, row)));
    this.undoing.hidden = !this.gestures.length;
    this.marks.draw(this.gestures);
    this.services.close(this.gestures.map((one) => one.servizio).filter(Boolean));
  }

  private show({ celle, html }: Answer): void {
    this.answer.innerHTML = html;
    this.cells.show(celle);
    this.legend.hidden = false;
  }

  /** What was on the map is of other changes. */
  private refuse(sentence: string): void {
    this.clear();
    this.answer.textContent = sentence;
  }

  private clear(): void {
    this.answer.replaceChildren();
    this.cells.clear();
    this.legend.hidden = true;
    this.busy(false);
  }

  private busy(working: boolean): void {
    if (working) this.answer.setAttribute("aria-busy", "true");
    else this.answer.removeAttribute("aria-busy");
  }

  private say(text: string): void {
    this.hint.textContent = text;
  }

  private find(selector: string): HTMLElement {
    return this.root.querySelector(selector) as HTMLElement;
  }
}

function item(gesture: Gesture, row: number): HTMLElement {
  const line = document.createElement("li");
  line.textContent = `${gesture.words} `;
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "link-button small";
  undo.dataset["undo"] = String(row);
  undo.textContent = phrase("Togli");
  const about = document.createElement("span");
  about.className = "visually-hidden";
  about.textContent = `: ${gesture.words}`;
  undo.append(about);
  line.append(undo);
  return line;
}
