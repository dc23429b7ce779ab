"""STORM: vulnerability of places to intense rain."""
