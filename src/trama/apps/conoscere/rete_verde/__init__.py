"""The room of the Rete Verde: where to act first, and what to finance."""
