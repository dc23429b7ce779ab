"""Files of hydraulic invariance: written on a page, kept by themselves, handed in as one PDF."""
