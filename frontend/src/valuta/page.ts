// "Valuta un intervento": gathers what a person says, has it evaluated and kept, shows what comes back.
import type { Area } from "../draw";
import { button, hideConflict, hour, link, nameTitle, query, showConflict, showPieces, tellState } from "../site/savedPage";
import { AnswerField } from "./answers";
import { Keeper } from "./keeper";
import { PlaceOnMap } from "./place";
import { Server } from "./server";
import { SolutionPicker } from "./solutions";
import { SurfaceTable } from "./surfaces";
import { SheetSwitch } from "./sheets";
import type { Outline, PageConfig, Reply, Result, SavedReply, State } from "./types";

export class EvaluationPage {
  private readonly name = query<HTMLInputElement>("[data-nome]");
  private readonly day = query<HTMLInputElement>("[data-giorno]");
  private readonly fields: AnswerField[];
  private readonly surfaces: SurfaceTable;
  private readonly solutions: SolutionPicker;
  private readonly place: PlaceOnMap;
  private readonly keeper: Keeper;
  private outcome = "";
  private shown: string;

  constructor(private readonly config: PageConfig) {
    const changed = (settled: boolean): void => this.keeper.changed(settled);
    const server = new Server(config);
    this.shown = config.scheda;
    this.fields = [...document.querySelectorAll<HTMLElement>("[data-item]")].map((root) => new AnswerField(root, changed));
    this.surfaces = new SurfaceTable(query("[data-surfaces]"), config.tolleranza, changed);
    this.solutions = new SolutionPicker(query("[data-chosen]"), query("[data-catalogue]"), changed);
    this.keeper = new Keeper(config, server, {
      state: () => this.read(),
      onReply: (reply, kept) => this.show(reply, kept),
      onSaving: () => tellState("Salvo…"),
      onTrouble: (sentence) => tellState(sentence, true),
      onConflict: (sentence, history) => this.conflict(sentence, history),
    });
    // What a page that closed too early had left in this browser comes before what the server has.
    const found = this.keeper.rescued(config.stato);
    if (found) config.stato = found.state;
    this.write(config.stato);
    this.surfaces.show(measured(config));
    this.applyModes(config.modi);
    this.place = new PlaceOnMap(config, server, {
      onArea: (area, settled) => this.areaChanged(area, settled),
      onOutline: (outline) => this.take(outline),
    });
    this.name.addEventListener("input", () => changed(false));
    this.day.addEventListener("change", () => changed(true));
    if (config.salvata) tellState(`Salvata alle ${hour(config.salvata)}`);
    if (found) this.keeper.rescue(found);
    keepVerdictHeight(query("#scheda"), query("#esito"));
    new SheetSwitch((sheet) => (this.shown = sheet));
  }

  private read(): State {
    return {
      nome: this.name.value,
      geometria: this.place ? this.place.read() : this.config.stato.geometria,
      tipologie: this.solutions.read(),
      stato_attuale: this.surfaces.read("stato_attuale"),
      progetto: this.surfaces.read("progetto"),
      risposte: this.answers(),
      giorno: this.day.value || this.config.stato.giorno,
    };
  }

  private answers(): State["risposte"] {
    const given: State["risposte"] = {};
    for (const field of this.fields) {
      const answer = field.read();
      if (answer) (given[field.sheet] ??= {})[field.id] = answer;
    }
    return given;
  }

  private write(state: State): void {
    this.name.value = state.nome;
    this.day.value = state.giorno;
    this.solutions.write(state.tipologie);
    this.surfaces.write("stato_attuale", state.stato_attuale);
    this.surfaces.write("progetto", state.progetto);
    for (const field of this.fields) field.write(state.risposte[field.sheet]?.[field.id]);
  }

  private areaChanged(_area: Area | null, settled: boolean): void {
    if (settled) this.keeper.changed(true);
    else this.keeper.moving();
  }

  private take(outline: Outline): void {
    if (outline.nome && !this.name.value) this.name.value = outline.nome;
    if (outline.tipologie.length > 0) this.solutions.write(outline.tipologie);
    this.surfaces.write("stato_attuale", outline.stato_attuale);
    this.surfaces.write("progetto", outline.progetto);
    this.keeper.changed(true);
  }

  private show(reply: Reply, kept: SavedReply | null): void {
    showPieces(reply.pezzi);
    this.applyModes(reply.modi);
    this.surfaces.show(measured(reply));
    this.sayOutcome(reply);
    if (kept) this.wasKept(kept);
    const result = kept && measured(kept);
    if (result) this.place.tellMeasured(result.area_m2);
  }

  private wasKept(kept: SavedReply): void {
    if (!this.keeper.behind) tellState(`Salvata alle ${hour(kept.salvata)}`);
    const history = query<HTMLAnchorElement>("[data-history]");
    history.href = `${kept.indirizzo}/storia`;
    history.hidden = false;
    for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-format]")) {
      const sheet = link.dataset["formatSheet"];
      link.href = `${kept.indirizzo}.${link.dataset["format"]}${sheet ? `?scheda=${sheet}` : ""}`;
    }
    for (const line of document.querySelectorAll<HTMLElement>("[data-documents]")) {
      line.hidden = !kept.risultati[line.closest<HTMLElement>("[data-of-sheet]")?.dataset["ofSheet"] ?? ""];
    }
    nameTitle(kept.stato.nome || "Valuta un intervento");
  }

  private applyModes(modes: Reply["modi"]): void {
    for (const field of this.fields) field.show(modes[field.sheet]?.[field.id] ?? "chiedi");
  }

  private sayOutcome(reply: Reply): void {
    const sentence = Object.entries(reply.risultati)
      .sort(([one]) => (one === this.shown ? -1 : 1))
      .flatMap(([sheet, result]) => (result?.esito ? [`${titleOf(sheet)}: ${result.esito.testo}. ${result.esito.etichetta}`] : []))
      .join(". ");
    if (sentence === this.outcome) return;
    this.outcome = sentence;
    query("[data-say]").textContent = sentence;
  }

  private conflict(sentence: string, history: string): void {
    showConflict(sentence, [
      button("Tieni le mie modifiche", () => {
        hideConflict();
        void this.keeper.insist();
      }),
      button("Prendi quelle salvate", () => this.keeper.giveWay()),
      link("Vedi la storia", history),
    ]);
    tellState("Non salvata: c'è un'altra versione", true);
  }
}

/** What an anchor shows begins under the outcome, however tall the outcome is. */
function keepVerdictHeight(sheet: HTMLElement, verdict: HTMLElement): void {
  new ResizeObserver(() => sheet.style.setProperty("--verdict-height", `${verdict.offsetHeight}px`)).observe(verdict);
}

/** What was measured of the area, with whichever sheet. */
function measured(reply: { risultati: Record<string, Result | null> }): Result | null {
  return Object.values(reply.risultati).find((result) => result !== null) ?? null;
}

function titleOf(sheet: string): string {
  return document.querySelector<HTMLElement>(`[data-sheet-title][data-of-sheet="${sheet}"]`)?.dataset["sheetTitle"] ?? sheet;
}
