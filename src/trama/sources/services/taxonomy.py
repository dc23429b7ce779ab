"""The voices of the atlas of services: how lists write them, which OpenStreetMap tags mean each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from trama.sources.placing import plain_name

TAXONOMY = "sttm2/servizi/tassonomia"
_ANY = "*"


@dataclass(frozen=True)
class Rule:
    """Tags that together mean a voice: (key, value or ``*``)."""

    voce: str
    tags: tuple[tuple[str, str], ...]
    place: int

    @property
    def order(self) -> tuple[int, int, int]:
        """Return what rules are preferred by: most tags, then fewest ``*``, then the first row."""
        return -len(self.tags), sum(value == _ANY for _, value in self.tags), self.place

    def met(self, tags: Mapping[str, str]) -> frozenset[tuple[str, str]] | None:
        """Return the tags that meet the rule; None where it is not met."""
        found = set()
        for key, value in self.tags:
            given = tags.get(key)
            if given is None or given == "no":
                return None
            if value == _ANY:
                found.add((key, given))
            elif value in (values := [one.strip() for one in given.split(";")]):
                found.add((key, value if len(values) > 1 else given))
            else:
                return None
        return frozenset(found)


@dataclass(frozen=True)
class Taxonomy:
    """The table of the norms: voice → its row."""

    rows: Mapping[str, Mapping[str, Any]]

    def level(self, voce: str) -> str | None:
        """Return the level of a voice."""
        return self._text(voce, "livello")

    def unit(self, voce: str) -> str | None:
        """Return the unit of the capacity of a voice."""
        return self._text(voce, "capienza_unita")

    def find(self, text: Any) -> str | None:
        """Return the voice that a cell writes, by code or by name; None where it is none.

        >>> Taxonomy({"IST.PRI": {"nome": "Scuola primaria"}}).find("scuola PRIMARIA")
        'IST.PRI'
        """
        return self._names.get(plain_name(text))

    @cached_property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for column in ("name_en", "nome"):
            names |= {plain_name(row[column]): voce for voce, row in self.rows.items() if row.get(column)}
        return names | {plain_name(voce): str(voce) for voce in self.rows}

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules on tags, the preferred first."""
        found = []
        for place, (voce, row) in enumerate(self.rows.items()):
            for alternative in str(row.get("osm") or "").split(";"):
                pairs = [one.strip().partition("=") for one in alternative.split("+") if one.strip()]
                if pairs and all(equals and value for _, equals, value in pairs):
                    tags = tuple((key.strip(), value.strip()) for key, _, value in pairs)
                    found.append(Rule(str(voce), tags, place))
        return sorted(found, key=lambda rule: rule.order)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of the tags that any rule asks: an object without one of them is no service."""
        return tuple(sorted({key for rule in self.rules for key, _ in rule.tags}))

    @cached_property
    def _by_first_key(self) -> dict[str, list[tuple[int, Rule]]]:
        """Rules by one of their keys, with their place in the order of preference."""
        found: dict[str, list[tuple[int, Rule]]] = {}
        for at, rule in enumerate(self.rules):
            found.setdefault(rule.tags[0][0], []).append((at, rule))
        return found

    def voices(self, tags: Mapping[str, str]) -> list[str]:
        """Return the voices of an object by its tags.

        One, the preferred; more where one tag holds several values that mean a voice each (a school of two
        grades, ``isced:level=1;2``).
        """
        candidates = sorted(
            (pair for key in tags for pair in self._by_first_key.get(key, ())), key=lambda pair: pair[0]
        )
        best: tuple[int, int] | None = None
        chosen: dict[frozenset[tuple[str, str]], str] = {}
        for _, rule in candidates:
            if best is not None and rule.order[:2] != best:
                break
            met = rule.met(tags)
            if met is None:
                continue
            best = rule.order[:2]
            keys = {key for key, _ in met}
            alike = all({key for key, _ in other} == keys for other in chosen)
            if not chosen or (alike and met not in chosen and rule.voce not in chosen.values()):
                chosen[met] = rule.voce
        return list(chosen.values())

    def _text(self, voce: str, column: str) -> str | None:
        value = self.rows.get(voce, {}).get(column)
        return str(value) if value else None
