"""Trying solutions on the map: scenarios drawn, kept, compared, handed over."""
