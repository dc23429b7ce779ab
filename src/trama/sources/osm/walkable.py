"""Which ways are walked, as the norms say: by the kind of way, then by the tags that admit or exclude."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

FOLDER = "sttm2/rete"
NAMES = ("percorribilita", "accessi", "margine", "nodi_mancanti_ammessi")
"""The parameters under `FOLDER` that the rules come from."""
STEPS = "steps"
_ORDER = ("foot", "access", "motorroad")
_YES, _IF_TOLD = "si", "se_detto"


@dataclass(frozen=True)
class Walkability:
    """The rules of a day.

    Attributes
    ----------
    kinds
        Value of ``highway`` → ``si``, ``se_detto``, ``no``.
    effects
        (key, value) of a tag → ``ammette``, ``esclude``, ``marciapiede``, ``neutro``.
    margin_m
        How far beyond the territory ways are kept.
    most_missing
        Share of the ways' nodes that an extract may lack.
    """

    kinds: Mapping[str, str]
    effects: Mapping[tuple[str, str], str]
    margin_m: float = 3000.0
    most_missing: float = 0.25

    @classmethod
    def of(cls, norms: Mapping[str, Any]) -> Walkability:
        """Build the rules from the values of the norms, by name: see `NAMES`."""
        ways, tags, margin_m, missing = (norms[name] for name in NAMES)
        kinds = {str(kind): str(row["a_piedi"]) for kind, row in ways.items()}
        effects = {(str(row["chiave"]), str(row["valore"])): str(row["effetto"]) for row in tags.values()}
        return cls(kinds, effects, float(margin_m), float(missing))

    @cached_property
    def sidewalks(self) -> frozenset[str]:
        """Keys of the tags that tell of a pavement."""
        return frozenset(key for (key, _), effect in self.effects.items() if effect == "marciapiede")

    def walked(self, tags: Mapping[str, str]) -> bool:
        """Tell whether a way with these tags is walked.

        >>> rules = Walkability({"footway": "si", "motorway": "se_detto"}, {("foot", "yes"): "ammette"})
        >>> rules.walked({"highway": "footway"}), rules.walked({"highway": "motorway", "foot": "yes"})
        (True, True)
        """
        kind = self.kinds.get(tags.get("highway", ""), "no")
        if kind not in (_YES, _IF_TOLD):
            return False
        told = self.told(tags)
        if told is not None:
            return told
        return kind == _YES or any(self._effect(key, tags) == "marciapiede" for key in self.sidewalks)

    def told(self, tags: Mapping[str, str]) -> bool | None:
        """Return whether a tag admits people on foot or excludes them; None where none decides."""
        for key in _ORDER:
            effect = self._effect(key, tags)
            if effect in ("ammette", "esclude"):
                return effect == "ammette"
        return None

    def _effect(self, key: str, tags: Mapping[str, str]) -> str:
        """Return the effect of a tag; of several values (``private;delivery``) the first that has one."""
        value = tags.get(key)
        if value is None:
            return ""
        return next(filter(None, (self.effects.get((key, one.strip()), "") for one in value.split(";"))), "")
