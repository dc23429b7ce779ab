"""What-if: solutions drawn on the map, and what they do to water, heat, sheets and money, at once."""

from trama.analyses.whatif.answer import whatif_json
from trama.analyses.whatif.run import Effects, run_whatif

__all__ = ["Effects", "run_whatif", "whatif_json"]
