"""The territory: comuni, zone omogenee, and where a polygon falls."""
