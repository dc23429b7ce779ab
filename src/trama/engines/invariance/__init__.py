"""Hydraulic invariance: how much rain a plot must hold back so that its discharge stays within a limit.

Numbers in, numbers out. Every coefficient, limit and table of the law is an argument; what is written here is
only the hydraulics. Areas called *equivalent* are areas times their runoff coefficient, in hectares: the
"superficie scolante impermeabile" of the law.

What is assumed, as the law does or on the safe side of it: net rain is rain times the runoff coefficient;
runoff reaches the storage at once; the storage empties at a constant limit discharge. Works as they are built
(`works`, `outlets`, `reservoir`, `worst`) are routed with their own depths, the law of their outlet and what
the ground takes; net rain may then follow Horton on pervious ground (`net_rain`).
"""

from trama.engines.invariance.curve import RainCurve, growth_factor
from trama.engines.invariance.intervention import Classes, ClassRow, Surface
from trama.engines.invariance.net_rain import Horton, NetRain
from trama.engines.invariance.outlets import ConstantOutlet, NoOutlet, Orifice, Outlet
from trama.engines.invariance.rainfall_only import RainfallOnly, rainfall_only
from trama.engines.invariance.requirement import (
    emptying_time_h,
    limit_discharge_l_s,
    minimum_volume_m3,
    volume_ready_again_m3,
)
from trama.engines.invariance.reservoir import Reservoir, Run, emptying_h, left_m3, reservoir, route
from trama.engines.invariance.routing import Routed, critical_event, peak_storage_m3
from trama.engines.invariance.storms import ChicagoStorm, ConstantStorm
from trama.engines.invariance.works import Basin, Pipe, Placed, Prism, Work
from trama.engines.invariance.worst import Worst, convergence, with_drain, worst_event

__all__ = [
    "Basin",
    "ChicagoStorm",
    "ClassRow",
    "Classes",
    "ConstantOutlet",
    "ConstantStorm",
    "Horton",
    "NetRain",
    "NoOutlet",
    "Orifice",
    "Outlet",
    "Pipe",
    "Placed",
    "Prism",
    "RainCurve",
    "RainfallOnly",
    "Reservoir",
    "Routed",
    "Run",
    "Surface",
    "Work",
    "Worst",
    "convergence",
    "critical_event",
    "emptying_h",
    "emptying_time_h",
    "growth_factor",
    "left_m3",
    "limit_discharge_l_s",
    "minimum_volume_m3",
    "peak_storage_m3",
    "rainfall_only",
    "reservoir",
    "route",
    "volume_ready_again_m3",
    "with_drain",
    "worst_event",
]
