// What the page and the server tell each other: the same shapes as apps/riconoscere/invarianza.
export type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };
export type Group = { [key: string]: Plain };

/** Everything a person has said. */
export interface State {
  giorno: string;
  pratica: Group;
}

export interface Section {
  stato: string;
  parola: string;
}

export interface Reply {
  problema: string;
  pezzi: Record<string, string>;
  sezioni: Section[];
}

export interface SavedReply extends Reply {
  id: string;
  revisione: number;
  indirizzo: string;
  salvata: string;
  stato: State;
  risultato: Group | null;
}

export interface PageConfig {
  scheda: string;
  id: string | null;
  revisione: number;
  salvata: string | null;
  stato: State;
  sezioni: Section[];
  /** What is said of each work, by its place. */
  pezzi: Record<string, string>;
  api: { prova: string; inizia: string };
}
