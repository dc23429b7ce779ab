// Numbers as Italian hands type and read them.

/** Reads "1.234,5", "1234.5" or "1234,5"; null where it is no number. */
export function readNumber(text: string): number | null {
  const bare = text.trim().replace(/[\s\u00a0']/g, "");
  if (!/^-?[\d.,]+$/.test(bare)) return null;
  const thousands = /^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(bare);
  const plain = thousands ? bare.replaceAll(".", "").replace(",", ".") : bare.replace(",", ".");
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}

const shown = new Intl.NumberFormat("it-IT", { maximumFractionDigits: 4, useGrouping: false });
const shownGrouped = new Intl.NumberFormat("it-IT", { maximumFractionDigits: 4, useGrouping: "always" });
const grouped = new Intl.NumberFormat("it-IT", { maximumFractionDigits: 1, useGrouping: "always" });

/** Writes a number into a field; with its thousands apart where a hand that reads them back takes them so. */
export function writeNumber(value: number, thousands = true): string {
  return (thousands ? shownGrouped : shown).format(value);
}

/** Writes a number in a sentence. */
export function sayNumber(value: number): string {
  return grouped.format(value);
}
