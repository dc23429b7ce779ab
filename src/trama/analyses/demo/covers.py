"""The land-cover classes the generator knows, by their DUSAF code (levels 4 and 5 of the legend)."""

from __future__ import annotations

from enum import IntEnum


class Cover(IntEnum):
    """DUSAF codes as integers; what each means for water and heat is in the norms, not here."""

    OUTSIDE = 0
    DENSE = 1111
    MEDIUM = 1112
    DISCONTINUOUS = 1121
    SPARSE = 1122
    SCATTERED = 1123
    FARMSTEAD = 11231
    INDUSTRY = 12111
    FARM_BUILDINGS = 12112
    HOSPITAL = 12121
    SERVICES = 12122
    PLANT = 12123
    CEMETERY = 12124
    SOLAR = 12126
    ROAD = 1221
    RAIL = 1222
    AIRPORT = 124
    QUARRY = 131
    LANDFILL = 132
    BUILDING_SITE = 133
    DERELICT = 134
    PARK = 1411
    ROUGH_GREEN = 1412
    SPORT = 1421
    ARABLE = 2111
    ARABLE_WITH_TREES = 2112
    HORTICULTURE = 21131
    NURSERY = 21141
    ALLOTMENTS = 2115
    RICE = 213
    VINEYARD = 221
    ORCHARD = 222
    POPLARS = 2241
    MEADOW = 2311
    MEADOW_WITH_TREES = 2312
    WATER_MEADOW = 2313
    COPPICE = 31111
    HIGH_FOREST = 31112
    OPEN_COPPICE = 31121
    RIPARIAN = 3113
    YOUNG_WOOD = 314
    SHRUBS = 3241
    GRAVEL = 331
    RIVER = 511
    QUARRY_LAKE = 5123


RESIDENTIAL = frozenset({Cover.DENSE, Cover.MEDIUM, Cover.DISCONTINUOUS, Cover.SPARSE, Cover.SCATTERED})
BUILT = RESIDENTIAL | {
    Cover.INDUSTRY,
    Cover.HOSPITAL,
    Cover.SERVICES,
    Cover.PLANT,
    Cover.CEMETERY,
    Cover.AIRPORT,
    Cover.DERELICT,
    Cover.BUILDING_SITE,
    Cover.ROAD,
    Cover.PARK,
    Cover.SPORT,
}
"""What an urban perimeter takes in; roads and parks count only among the rest, thin strips are cut away."""

PARKS = frozenset({Cover.PARK, Cover.ROUGH_GREEN})
WOODS = frozenset(
    {
        Cover.COPPICE,
        Cover.HIGH_FOREST,
        Cover.OPEN_COPPICE,
        Cover.RIPARIAN,
        Cover.YOUNG_WOOD,
        Cover.SHRUBS,
    }
)
