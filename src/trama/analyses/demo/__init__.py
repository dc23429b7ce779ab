"""The demonstration territory: invented layers within the real comuni, repeatable from a seed."""

from trama.analyses.demo.build import SEED, NoTerritory, build

__all__ = ["SEED", "NoTerritory", "build"]
