"""Composite indices of the territory: vulnerability, quality; with how sure their ranks are."""

from trama.analyses.indices.rules import Choice
from trama.analyses.indices.run import IndexResult, rank, run_indices

__all__ = ["Choice", "IndexResult", "rank", "run_indices"]
