"""The Atlante dei LUM: stops outside the capital, their circles, what is within, what they lack."""

from trama.analyses.lum.run import Atlas, run_atlas, run_atlas_whole

__all__ = ["Atlas", "run_atlas", "run_atlas_whole"]
