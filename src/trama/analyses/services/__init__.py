"""The atlas of services at three scales: each comune against standards, the zones, the poles."""

from trama.analyses.services.run import Atlas, draw_atlas, draw_atlas_whole

__all__ = ["Atlas", "draw_atlas", "draw_atlas_whole"]
