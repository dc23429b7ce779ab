// What other pages take from the map.
export { readConfig } from "./config";
export type { MapConfig, VectorData } from "./config";
export { canDraw, createMap, showBase } from "./createMap";
export type { MapOptions } from "./createMap";
export { DATA_SLOT, LABEL_FONT, TOP_SLOT } from "./style";
export { ThemeLayer, colourOf } from "./themes";
export type { LegendClass, Theme } from "./themes";
