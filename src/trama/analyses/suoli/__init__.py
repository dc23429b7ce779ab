"""The soils map, by attitude to supply ecosystem services, and what is lost when soil is consumed."""

from trama.analyses.suoli.consumption import Consumption, consume
from trama.analyses.suoli.question import Question
from trama.analyses.suoli.run import SoilsResult, map_soils, map_soils_whole

__all__ = ["Consumption", "Question", "SoilsResult", "consume", "map_soils", "map_soils_whole"]
