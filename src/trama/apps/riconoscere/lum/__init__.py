"""The LUM redrawn by the comuni: proposals, review, answers given on the spot."""
