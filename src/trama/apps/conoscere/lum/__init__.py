"""The atlas of the places of mobility: map, list, sheets."""
