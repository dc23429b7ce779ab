// What the page and the server tell each other: the same shapes as apps/riconoscere/state.py and api.py.
import type { Area } from "../draw";
import type { MapConfig } from "../map";

export type Value = string | number | string[] | Record<string, number> | null;

export interface GivenAnswer {
  valore: Value;
  motivo: string;
}

export interface GivenSolution {
  id: string;
  area_m2: number | null;
}

export type Surfaces = Record<string, number>;

/** Everything a person has said. */
export interface State {
  nome: string;
  geometria: Area | null;
  tipologie: GivenSolution[];
  stato_attuale: Surfaces | null;
  progetto: Surfaces | null;
  /** By sheet, then by criterion or question. */
  risposte: Record<string, Record<string, GivenAnswer>>;
  giorno: string;
}

export type Mode = "attesa" | "calcolato" | "sostituito" | "chiedi" | "non_vale";
export type Modes = Record<string, Record<string, Mode>>;

export interface Composition {
  m2: Surfaces;
  fonte: string;
  nota: string;
}

export interface Result {
  area_m2: number;
  superfici: { stato_attuale: Composition; progetto: Composition };
  esito?: { testo: string; etichetta: string };
}

/** What comes back from an evaluation, kept or not. */
export interface Reply {
  /** By sheet. */
  risultati: Record<string, Result | null>;
  modi: Modes;
  pezzi: Record<string, string>;
}

export interface SavedReply extends Reply {
  id: string;
  revisione: number;
  indirizzo: string;
  salvata: string;
  stato: State;
}

export interface Outline {
  geometria: Area;
  nome: string | null;
  tipologie: GivenSolution[];
  stato_attuale: Surfaces | null;
  progetto: Surfaces | null;
  avvisi: string[];
}

export interface PageConfig {
  scheda: string;
  id: string | null;
  revisione: number;
  salvata: string | null;
  stato: State;
  risultati: Record<string, Result | null>;
  modi: Modes;
  tolleranza: number;
  api: { prova: string; inizia: string; perimetro: string };
  mappa: MapConfig;
}
