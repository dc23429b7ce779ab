// What the page and the server tell each other: the same shapes as apps/scenari/api.py and sources/scenarios.py.
import type { Geometry } from "geojson";
import type { Kind } from "../draw/scene";
import type { MapConfig } from "../map";

export interface Feature {
  type: "Feature";
  geometry: Geometry;
  properties: { soluzione?: string; quantita?: number | null; ruolo?: "area" };
}

/** A scenario as its file holds it. */
export interface Document {
  type: "FeatureCollection";
  nome: string;
  evento: string;
  pioggia_mm: number | null;
  giorno: string | null;
  risposte: Record<string, unknown>;
  features: Feature[];
}

/** The part of the effects that the page reads; the rest it shows as the server writes it. */
export interface Effects {
  acqua: { trattenuta_m3: number } | null;
  caldo: { temperatura_notte_degc: { variazione: number } } | null;
  soluzioni: { disegno: number; id: string; quantita: number }[];
  /** Surfaces after, as the sheets take them; null where the map does not know the whole area. */
  superfici_progetto_m2: Record<string, number> | null;
  giorno: string;
}

export interface Reply {
  effetti: Effects | null;
  pezzi: Record<string, string>;
}

export interface SavedReply extends Reply {
  id: string;
  revisione: number;
  indirizzo: string;
  salvato: string;
  problema: string;
  sito: Geometry | null;
}

export interface Solution {
  nome: string;
  famiglia: string;
  disegno: Kind;
  simbolo: string;
}

export interface PageConfig {
  id: string | null;
  revisione: number;
  salvato: string | null;
  documento: Document;
  catalogo: Record<string, Solution>;
  api: { effetti: string; scenari: string };
  scheda: { api: string };
  sito: Geometry | null;
  mappa: MapConfig;
}
