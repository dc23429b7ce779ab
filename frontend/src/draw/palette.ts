// Colours of what is drawn, by family of solutions: they keep their order in grey, and the list beside names each.
import type { GeoJSONStoreFeatures } from "terra-draw";

type Hex = `#${string}`;

export const FAMILY_COLOURS: Record<string, Hex> = {
  acqua: "#0a6ebd",
  suolo: "#9a5b1e",
  verde: "#2b7a4b",
  edificio: "#6a4aa5",
  grigio: "#59646e",
  area: "#17324d",
};
const UNKNOWN: Hex = "#0066cc";

/** Colour of a drawn feature. */
export function colourOfFamily(feature: GeoJSONStoreFeatures): Hex {
  return FAMILY_COLOURS[String(feature.properties["family"] ?? "")] ?? UNKNOWN;
}
