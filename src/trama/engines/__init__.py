"""Numbers in, numbers out: arrays and plain values, no files, no clock, no framework."""
