// How several things of several kinds are drawn on one map: areas, lines, points, and one tool that edits them all.
import {
  TerraDrawLineStringMode, TerraDrawPointMode, TerraDrawPolygonMode, TerraDrawSelectMode, ValidateNotSelfIntersecting,
} from "terra-draw";
import type { GeoJSONStoreFeatures } from "terra-draw";
import { colourOfFamily } from "./palette";

const WHITE = "#ffffff";
const INK = "#17324d";
const corners = { midpoints: { draggable: true }, draggable: true, deletable: true };
const fill = (feature: GeoJSONStoreFeatures): number => (feature.properties["family"] === "area" ? 0.04 : 0.34);
const outline = (feature: GeoJSONStoreFeatures): number => (feature.properties["family"] === "area" ? 2 : 2.5);

export function scenePolygon(): TerraDrawPolygonMode {
  return new TerraDrawPolygonMode({
    showCoordinatePoints: true, pointerDistance: 24, keyEvents: { cancel: "Escape", finish: "Enter" },
    styles: {
      fillColor: colourOfFamily, fillOpacity: fill, outlineColor: colourOfFamily, outlineWidth: outline,
      closingPointColor: WHITE, closingPointOutlineColor: INK, closingPointWidth: 6, closingPointOutlineWidth: 2,
      coordinatePointColor: WHITE, coordinatePointOutlineColor: INK, coordinatePointWidth: 4, coordinatePointOutlineWidth: 1.5,
    },
  });
}

export function sceneLine(): TerraDrawLineStringMode {
  return new TerraDrawLineStringMode({
    showCoordinatePoints: true, pointerDistance: 24, keyEvents: { cancel: "Escape", finish: "Enter" },
    styles: {
      lineStringColor: colourOfFamily, lineStringWidth: 5,
      closingPointColor: WHITE, closingPointOutlineColor: INK, closingPointWidth: 6, closingPointOutlineWidth: 2,
      coordinatePointColor: WHITE, coordinatePointOutlineColor: INK, coordinatePointWidth: 4, coordinatePointOutlineWidth: 1.5,
    },
  });
}

export function scenePoint(): TerraDrawPointMode {
  return new TerraDrawPointMode({
    styles: { pointColor: colourOfFamily, pointWidth: 7, pointOutlineColor: WHITE, pointOutlineWidth: 2 },
  });
}

export function sceneSelect(): TerraDrawSelectMode {
  return new TerraDrawSelectMode({
    keyEvents: { deselect: "Escape", delete: "Delete", rotate: null, scale: null },
    flags: {
      polygon: { feature: { draggable: true, validation: (feature) => ValidateNotSelfIntersecting(feature), coordinates: corners } },
      linestring: { feature: { draggable: true, coordinates: corners } },
      point: { feature: { draggable: true } },
    },
    styles: {
      selectedPolygonColor: colourOfFamily, selectedPolygonFillOpacity: 0.42,
      selectedPolygonOutlineColor: INK, selectedPolygonOutlineWidth: 3,
      selectedLineStringColor: INK, selectedLineStringWidth: 6,
      selectedPointColor: colourOfFamily, selectedPointWidth: 9, selectedPointOutlineColor: INK, selectedPointOutlineWidth: 3,
      selectionPointColor: WHITE, selectionPointOutlineColor: INK, selectionPointWidth: 6, selectionPointOutlineWidth: 2,
      midPointColor: INK, midPointOutlineColor: WHITE, midPointWidth: 4, midPointOutlineWidth: 1.5,
    },
  });
}
