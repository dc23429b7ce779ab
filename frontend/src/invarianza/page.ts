// "Pratica di invarianza idraulica": gathers what a person says, has it computed and kept, shows what comes back.
import { Keeper } from "../valuta/keeper";
import { sayNumber } from "../valuta/numbers";
import { Server } from "../valuta/server";
import type * as Valuta from "../valuta/types";
import { type Control, mark, put, readControl, take, writeControl } from "./fields";
import { fit, RowList } from "./rows";
import type { Group, PageConfig, Reply, SavedReply, Section, State } from "./types";

const clock = new Intl.DateTimeFormat("it-IT", { hour: "2-digit", minute: "2-digit" });
const SURFACES = "intervento.superfici_m2.";

export class PraticaPage {
  private readonly controls = [...document.querySelectorAll<Control>("[data-path]")];
  private readonly day = query<HTMLInputElement>("[data-giorno]");
  private readonly lists: RowList[];
  private readonly keeper: Keeper;
  private said = "";

  constructor(private readonly config: PageConfig) {
    const changed = (settled: boolean): void => this.keeper.changed(settled);
    this.lists = [...document.querySelectorAll<HTMLElement>("[data-rows]")].map((root) => new RowList(root, changed));
    // The keeper saves any page: it hands over the state as it finds it.
    const shared = config as unknown as Valuta.PageConfig;
    this.keeper = new Keeper(shared, new Server(shared), {
      state: () => this.read() as unknown as Valuta.State,
      onReply: (reply, kept) => this.show(reply as unknown as Reply, kept as unknown as SavedReply | null),
      onSaving: () => this.tell("Salvo…"),
      onTrouble: (sentence) => this.trouble(sentence),
      onConflict: (sentence, history) => this.conflict(sentence, history),
    });
    const found = this.keeper.rescued(config.stato as unknown as Valuta.State);
    this.write(found ? (found.state as unknown as State) : config.stato);
    this.listen(changed);
    this.steps(config.sezioni);
    this.sayRows(config.pezzi);
    this.openWhereThereIsRoom();
    if (config.salvata) this.tell(`Salvata alle ${clock.format(new Date(config.salvata))}`);
    if (found) this.keeper.rescue(found);
  }

  private listen(changed: (settled: boolean) => void): void {
    for (const control of this.controls) {
      control.addEventListener("input", () => { mark(control, ""); this.sum(); changed(false); });
      control.addEventListener("change", () => { this.outlet(); changed(true); });
    }
    this.day.addEventListener("change", () => changed(true));
    query("[data-form]").addEventListener("submit", (event) => event.preventDefault());
  }

  private read(): State {
    const pratica: Group = {};
    for (const control of this.controls) {
      const value = readControl(control);
      if (value !== null && !control.closest("[data-field]")?.hasAttribute("hidden")) put(pratica, control.dataset["path"] ?? "", value);
    }
    for (const list of this.lists) {
      const rows = list.read();
      if (rows.length > 0) put(pratica, list.path, rows);
    }
    return { giorno: this.day.value || this.config.stato.giorno, pratica };
  }

  private write(state: State): void {
    this.day.value = state.giorno;
    for (const control of this.controls) writeControl(control, take(state.pratica, control.dataset["path"] ?? ""));
    for (const list of this.lists) list.write(take(state.pratica, list.path));
    this.outlet();
    this.sum();
    this.place();
    for (const fold of document.querySelectorAll<HTMLDetailsElement>("[data-form] details.fold")) {
      fold.open ||= [...fold.querySelectorAll<Control>("[data-path]")].some((control) => readControl(control) !== null);
    }
  }

  private show(reply: Reply, kept: SavedReply | null): void {
    for (const control of document.querySelectorAll<Control>("[aria-invalid]")) mark(control, "");
    for (const element of document.querySelectorAll<HTMLElement>("[data-piece]")) {
      const html = reply.pezzi[element.dataset["piece"] ?? ""] ?? "";
      if (element.dataset["shown"] === html) continue;
      element.innerHTML = html;
      element.dataset["shown"] = html;
    }
    this.sayRows(reply.pezzi);
    this.steps(reply.sezioni);
    this.sayOutcome();
    if (kept) this.wasKept(kept);
  }

  private wasKept(kept: SavedReply): void {
    this.tell(`Salvata alle ${clock.format(new Date(kept.salvata))}`);
    const history = query<HTMLAnchorElement>("[data-history]");
    history.href = `${kept.indirizzo}/storia`;
    history.hidden = false;
    for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-format]")) link.href = `${kept.indirizzo}.${link.dataset["format"]}`;
    query("[data-documents]").hidden = kept.risultato === null;
    this.place();
  }

  /** A GeoPackage is offered only where there are coordinates; beside it, what it asks for. */
  private place(): void {
    const placed = ["est_m", "nord_m"].every((key) => this.controls.some((one) => one.dataset["path"] === `intervento.${key}` && readControl(one) !== null));
    for (const link of document.querySelectorAll<HTMLElement>("[data-placed]")) link.hidden = !placed;
    for (const note of document.querySelectorAll<HTMLElement>("[data-unplaced]")) note.hidden = placed;
  }

  private sayRows(pieces: Record<string, string>): void {
    for (const list of this.lists) if (list.path === "opere") list.say(pieces);
  }

  /** Says how each step stands, in the path at the side. */
  private steps(sections: Section[]): void {
    sections.forEach((section, at) => {
      const step = document.querySelector<HTMLElement>(`[data-step="${at}"]`);
      if (!step) return;
      step.dataset["state"] = section.stato;
      step.querySelector("[data-word]")!.textContent = section.parola;
    });
  }

  private sayOutcome(): void {
    const word = document.querySelector("[data-piece=verdetto] .verdict-word")?.textContent?.trim() ?? "";
    if (word !== this.said) query("[data-say]").textContent = word;
    this.said = word;
  }

  /** A refusal that names a field is said beside it. */
  private trouble(sentence: string): void {
    const field = /campo «([^»]+)»/.exec(sentence)?.[1] ?? "";
    const control = this.controls.find((one) => one.dataset["path"] === field) ?? this.inRows(field);
    const label = control?.labels?.[0]?.textContent?.replace(/\s*\[.*$/, "").trim();
    this.tell(label ? sentence.replace(`«${field}»`, `«${label}»`) : sentence, true);
    if (control) mark(control, sentence.replace(/^.*?«[^»]+» /, "").replace(/^non è utilizzabile: /, ""));
  }

  private inRows(field: string): Control | undefined {
    const list = this.lists.find((one) => field.startsWith(`${one.path}.`));
    const [at, key] = list ? field.slice(list.path.length + 1).split(".") : [];
    return list && at && key ? list.control(Number(at), key) : undefined;
  }

  private conflict(sentence: string, history: string): void {
    const box = query("[data-conflict]");
    box.innerHTML = `<p><strong>Modificata altrove.</strong> <span></span></p><p class="buttons"><button type="button" class="button button-small" data-theirs>Tieni quella salvata</button><button type="button" class="button button-small" data-ours>Tieni quella di questa pagina</button> <a>Confrontale nella storia</a></p>`;
    box.querySelector("span")!.textContent = sentence;
    box.querySelector("a")!.href = history;
    box.querySelector("[data-theirs]")!.addEventListener("click", () => this.keeper.giveWay());
    box.querySelector("[data-ours]")!.addEventListener("click", () => { box.hidden = true; void this.keeper.insist(); });
    box.hidden = false;
    box.focus();
    this.tell("Non salvata", true);
  }

  private outlet(): void {
    fit(query("[data-outlet]"), this.controls.find((one) => one.dataset["path"] === "scarico.tipo")?.value ?? "");
  }

  /** Says how far the surfaces are from the total, while they are written. */
  private sum(): void {
    const numbers = this.controls.map((one) => [one.dataset["path"] ?? "", readControl(one)] as const);
    const parts = numbers.filter(([path, value]) => path.startsWith(SURFACES) && typeof value === "number");
    const total = numbers.find(([path]) => path === "intervento.superficie_m2")?.[1];
    const sum = parts.reduce((whole, [, value]) => whole + Number(value), 0);
    const gap = typeof total === "number" ? sum - total : 0;
    const say = query("[data-sum]");
    say.classList.toggle("is-wrong", typeof total === "number" && parts.length > 0 && Math.abs(gap) > 0.1);
    say.textContent = parts.length === 0 ? "" : `Somma delle superfici: ${sayNumber(sum)} m²${Math.abs(gap) > 0.1 ? `, ${sayNumber(Math.abs(gap))} m² ${gap < 0 ? "in meno" : "in più"} del totale` : ""}.`;
  }

  /** At the desk the first page is whole beside the form; on a phone it opens when asked. */
  private openWhereThereIsRoom(): void {
    query<HTMLDetailsElement>("[data-more]").open = matchMedia("(min-width: 1000px)").matches;
  }

  private tell(sentence: string, wrong = false): void {
    const line = query("[data-save-state]");
    line.textContent = sentence;
    line.classList.toggle("is-wrong", wrong);
  }
}

function query<T extends HTMLElement = HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`missing ${selector}`);
  return found;
}
