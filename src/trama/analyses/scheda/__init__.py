"""Evaluate an intervention with a Scheda Norma: measure the place and the project, then apply the sheet."""
