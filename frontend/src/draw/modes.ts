// How drawing looks and behaves: one polygon tool, one editing tool.
import { TerraDrawPolygonMode, TerraDrawSelectMode, ValidateNotSelfIntersecting } from "terra-draw";

const BLUE = "#0066cc";
const DEEP = "#0b3d70";
const WHITE = "#ffffff";

/** Click to put corners, click the first one (or Enter) to close, Escape to start again. */
export function polygonMode(): TerraDrawPolygonMode {
  return new TerraDrawPolygonMode({
    showCoordinatePoints: true,
    pointerDistance: 24,
    keyEvents: { cancel: "Escape", finish: "Enter" },
    styles: {
      fillColor: BLUE, fillOpacity: 0.18,
      outlineColor: DEEP, outlineWidth: 2.5,
      closingPointColor: WHITE, closingPointOutlineColor: DEEP, closingPointWidth: 6, closingPointOutlineWidth: 2,
      coordinatePointColor: WHITE, coordinatePointOutlineColor: DEEP, coordinatePointWidth: 4, coordinatePointOutlineWidth: 1.5,
    },
  });
}

/** Drag corners, drag the middle of a side to add one, right click to remove one; never across itself. */
export function selectMode(): TerraDrawSelectMode {
  return new TerraDrawSelectMode({
    keyEvents: { deselect: "Escape", delete: "Delete", rotate: null, scale: null },
    flags: {
      polygon: {
        feature: {
          draggable: true,
          validation: (feature) => ValidateNotSelfIntersecting(feature),
          coordinates: { midpoints: { draggable: true }, draggable: true, deletable: true },
        },
      },
    },
    styles: {
      selectedPolygonColor: BLUE, selectedPolygonFillOpacity: 0.22,
      selectedPolygonOutlineColor: DEEP, selectedPolygonOutlineWidth: 3,
      selectionPointColor: WHITE, selectionPointOutlineColor: DEEP, selectionPointWidth: 6, selectionPointOutlineWidth: 2,
      midPointColor: BLUE, midPointOutlineColor: WHITE, midPointWidth: 4, midPointOutlineWidth: 1.5,
    },
  });
}
