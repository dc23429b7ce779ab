"""Funded works: what they cost, where the money goes, and what they do to water and heat."""
