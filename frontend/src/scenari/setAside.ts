// What the server does not have yet is set aside in this browser: a page closed too early finds it again.
import { positionsOf } from "../draw/scene";
import type { Document } from "./types";

/** A tenth of a metre, in degrees: the server measures and writes back what it was given, not the same digits. */
const SAME_DEGREES = 1e-6;

interface Kept {
  revision: number;
  document: Document;
  /** Saves that may have reached the server unheard (`site/writes.ts`). */
  unheard?: string[];
}

const drawer = (id: string): string => `trama-scenario-${id}`;

export function setAside(id: string | null, kept: Kept): void {
  if (!id) return;
  try {
    localStorage.setItem(drawer(id), JSON.stringify(kept));
  } catch {
    // A full or forbidden store takes nothing away: the server's copy is the one that counts.
  }
}

export function forget(id: string | null): void {
  if (id) localStorage.removeItem(drawer(id));
}

/** What was set aside of a scenario and is not what the server has; null where there is nothing. */
export function found(id: string | null, saved: Document): Kept | null {
  const text = id && localStorage.getItem(drawer(id));
  if (!text) return null;
  const kept = JSON.parse(text) as Kept;
  if (!same(kept.document, saved)) return kept;
  forget(id);
  return null;
}

function same(one: Document, other: Document): boolean {
  if (plain(one) !== plain(other)) return false;
  const [these, those] = [one, other].map((document) => document.features.flatMap((feature) => positionsOf(feature.geometry)).flat());
  return these?.length === those?.length && (these ?? []).every((value, at) => Math.abs(value - (those?.[at] ?? NaN)) < SAME_DEGREES);
}

function plain(document: Document): string {
  const drawn = document.features.map(({ geometry, properties }) => [geometry.type, properties.soluzione, properties.quantita ?? null, properties.ruolo]);
  return JSON.stringify([document.nome, document.evento, document.pioggia_mm, drawn]);
}
