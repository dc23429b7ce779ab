"""Riconoscere: evaluate an intervention with a Scheda Norma, keep it, hand it over."""
