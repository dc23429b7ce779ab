// Sizes shown while drawing. The official area is always the server's, in the projected system.
import type { Position } from "geojson";

const RADIUS_M = 6371008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Area of a ring on the sphere, in square metres (Chamberlain and Duquette 2007, JPL 07-03). */
export function ringArea_m2(ring: Position[]): number {
  let total = 0;
  for (let i = 0; i < ring.length - 1; i += 1) {
    const [lon1 = 0, lat1 = 0] = ring[i] ?? [];
    const [lon2 = 0, lat2 = 0] = ring[i + 1] ?? [];
    total += radians(lon2 - lon1) * (2 + Math.sin(radians(lat1)) + Math.sin(radians(lat2)));
  }
  return Math.abs((total * RADIUS_M * RADIUS_M) / 2);
}

const whole = new Intl.NumberFormat("it-IT", { maximumFractionDigits: 0, useGrouping: "always" });
const two = new Intl.NumberFormat("it-IT", { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: "always" });

/** An area as people read it: square metres, and hectares beside them from half a hectare up. */
export function readableArea(area_m2: number): string {
  const metres = `${whole.format(area_m2)}\u00a0m²`;
  return area_m2 < 5000 ? metres : `${metres} (${two.format(area_m2 / 10000)}\u00a0ha)`;
}
