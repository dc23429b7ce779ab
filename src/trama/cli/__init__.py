"""Thin commands over the analyses."""
