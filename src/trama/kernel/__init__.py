"""What everything stands on: units, days, citations, places, traces, errors. Standard library only."""
