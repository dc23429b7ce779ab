"""One reader per official format; each ends in the lake."""
