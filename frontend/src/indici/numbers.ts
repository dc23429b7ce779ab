// Numbers as people read them.
const known = new Map<number, Intl.NumberFormat>();

/** Writes a number the Italian way; "dato mancante" where there is none. */
export function written(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "dato mancante";
  let format = known.get(decimals);
  if (!format) known.set(decimals, (format = new Intl.NumberFormat("it-IT", { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: "always" })));
  return format.format(value);
}

/** A number with sensible decimals for its size. */
export function sensible(value: number | null | undefined): string {
  const size = Math.abs(value ?? 0);
  return written(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
