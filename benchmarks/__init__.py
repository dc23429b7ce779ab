"""Trama measured against its peers, in the same run. One module per work; see `__main__`."""
