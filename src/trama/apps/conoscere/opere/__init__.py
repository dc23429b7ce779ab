"""Funded works: where they are, what they cost, what they do."""
