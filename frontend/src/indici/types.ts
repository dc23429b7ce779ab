// What the server tells the page of an index (conoscere/indici/queries.py, page_json).
import type { VectorData } from "../map";

export interface Indicator {
  id: string;
  nome: string;
  unita: string;
  simbolo: string;
  pilastro: string;
  verso: "+" | "-" | "band";
  fonte: string;
  nota: string;
  /** Column of the matrix; null where nobody has its data. */
  colonna: number | null;
  basso?: number;
  alto?: number;
  sale?: boolean;
  stimati?: number;
  attenuati?: number;
}

export interface Alternative {
  nome: string;
  normalizzazione: string;
  aggregazione: string;
  pesi: Record<string, number>;
  pesi_pilastri: Record<string, number>;
}

export interface IndexClass {
  valore: number;
  da: number;
  nome: string;
  colore: string;
}

export interface Explorer {
  indice: string;
  titolo: string;
  giorno: string;
  grana: string;
  /** Whether a pillar without weight leaves no index, rather than another under the same name. */
  ogni_pilastro: boolean;
  scelta: Alternative;
  pilastri: { id: string; nome: string; complemento: boolean; dati: boolean }[];
  indicatori: Indicator[];
  luoghi: { chiave: string; nome: string }[];
  senza_indice: { chiave: string; nome: string; mancano: number }[];
  /** Treated and complete values, place by column. */
  valori: number[][];
  /** As they are: null where a value was estimated. */
  grezzi: (number | null)[][];
  regole: {
    pavimento: number;
    ampiezza_z: number;
    estrazioni: number;
    seme: number;
    variazione: number;
    basso: number;
    alto: number;
  };
  classi: IndexClass[];
  forme: VectorData;
  trace: string;
}
