"""CONOSCERE: the map, the comuni, the layers, and the explanation of every number."""
