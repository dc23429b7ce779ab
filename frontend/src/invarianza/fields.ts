// Fields and what they hold: each knows its place in the request by its path.
import { readNumber, writeNumber } from "../valuta/numbers";
import type { Group, Plain } from "./types";

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** What a field says: null where nothing; what is no number stays text, and the server says so. */
export function readControl(control: Control): Plain {
  if (control instanceof HTMLInputElement && control.dataset["kind"] === "tick") return control.checked || null;
  const text = control.value.trim();
  if (!text) return null;
  if (control.dataset["kind"] !== "number") return text;
  // «2.500» metres are two and a half for a hand and two thousand five hundred for a rule: only areas take it.
  if (!isArea(control) && /^\d{1,3}\.\d{3}$/.test(text)) return text;
  return scientific(text) ?? readNumber(text) ?? text;
}

function isArea(control: Control): boolean {
  return control.dataset["unit"] === "m²";
}

/** Lays a value into a field. */
export function writeControl(control: Control, value: Plain | undefined): void {
  if (control instanceof HTMLInputElement && control.dataset["kind"] === "tick") control.checked = value === true;
  else if (typeof value === "number") control.value = Math.abs(value) < 1e-3 && value !== 0 ? String(value) : writeNumber(value, isArea(control));
  else control.value = value === null || value === undefined ? "" : String(value);
}

/** Puts a value at a path of the request, making the groups it wants. */
export function put(into: Group, path: string, value: Plain): void {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let here = into;
  for (const key of keys) here = (here[key] ??= {}) as Group;
  here[last] = value;
}

/** Takes the value at a path; undefined where there is none. */
export function take(from: Group, path: string): Plain | undefined {
  let here: Plain | undefined = from;
  for (const key of path.split(".")) {
    if (typeof here !== "object" || here === null || Array.isArray(here)) return undefined;
    here = here[key];
  }
  return here;
}

/** Says what is wrong beside a field, or that nothing is. */
export function mark(control: Control, sentence: string): void {
  const say = control.closest("[data-field]")?.querySelector<HTMLElement>("[data-error]");
  control.toggleAttribute("aria-invalid", sentence !== "");
  if (!say) return;
  say.hidden = sentence === "";
  say.textContent = sentence;
}

function scientific(text: string): number | null {
  if (!/^\d+([.,]\d+)?e-?\d+$/i.test(text)) return null;
  const value = Number(text.replace(",", "."));
  return Number.isFinite(value) ? value : null;
}
