"""The PGT's "tavola delle previsioni di piano": polygons with their use and, where told, their voice."""

from trama.sources.forecasts.reading import FORECASTS, KINDS, read_forecasts

__all__ = ["FORECASTS", "KINDS", "read_forecasts"]
