"""Runs from files to files: rasters on one grid, zones, tables of classes, results written whole."""
