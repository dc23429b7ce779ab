"""STORM: how vulnerable the territory is to intense rain."""
