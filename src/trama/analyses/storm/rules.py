"""The norms STORM applies, as in force on a day, in the form the computation wants."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from trama.analyses.storm.errors import BadLambda, BadRain, UnknownProposal, UnknownScheme
from trama.kernel.trace import ParameterUse
from trama.norms.book import NormBook
from trama.norms.in_force import InForce
from trama.norms.steps import Steps

FOLDER = "sttm1/storm"
GROUPS = ("a", "b", "c", "d")


@dataclass(frozen=True)
class Rules:
    """Every norm one run of STORM uses.

    Attributes
    ----------
    rain_mm, lambda_
        The event, and the initial abstraction ratio; `lambda_use` is None where a person set the ratio.
    proposal
        ``k1`` or ``k2``; `soil_layer` is the layer its soil weights read.
    cover
        Land-cover table: code → sealed share and curve numbers.
    """

    day: date
    scheme: str
    rain_mm: float
    lambda_: float
    lambda_use: ParameterUse | None
    proposal: str
    proposal_use: ParameterUse | None
    cover: InForce
    soil: InForce
    depth: InForce
    vulnerability: InForce
    vulnerability_names: InForce
    supply_rain: InForce
    supply_full: InForce

    @property
    def codes(self) -> list[str]:
        """Land-cover codes in table order."""
        return list(self.cover.value)

    @property
    def soil_layer(self) -> str:
        """Layer whose classes the soil weights of the proposal read."""
        return "tessitura" if self.proposal == "k1" else "gruppo_idrologico"

    @property
    def depth_steps(self) -> Steps:
        """Ladder of the water-table depth, in metres."""
        steps = self.depth.value
        assert isinstance(steps, Steps)
        return steps

    def column(self, name: str) -> NDArray[np.float64]:
        """Return one column of the land-cover table, in the order of `codes`."""
        return np.array([float(row[name]) for row in self.cover.value.values()])

    def curve_numbers(self) -> NDArray[np.float64]:
        """Return the curve numbers, shape ``(classes, 4)``, groups A to D."""
        return np.stack([self.column(f"cn_{group}") for group in GROUPS], axis=1)

    def soil_weights(self) -> NDArray[np.float64]:
        """Return g for soil values 1, 2, 3..."""
        return np.array([float(row["weight"]) for row in self.soil.value.values()])

    def depth_weights(self) -> NDArray[np.float64]:
        """Return h for each step of the ladder, "otherwise" last."""
        steps = self.depth_steps
        return np.array([float(step.points) for step in steps.steps] + [float(steps.otherwise)])

    def soil_use(self) -> ParameterUse:
        """Quote the soil weights by the name of the soil."""
        weights = {str(row["name_it"]): row["weight"] for row in self.soil.value.values()}
        return replace(self.soil.use(), value=weights)

    def class_of(self, kdren: float | None) -> int | None:
        """Return the vulnerability class, 1 (very low) to 5 (very high); None where K-dren is missing."""
        return None if kdren is None else int(self.vulnerability.value.points(kdren))

    def class_name(self, number: int | None) -> str | None:
        """Return the Italian name of a class."""
        return None if number is None else str(self.vulnerability_names.value[str(number)]["name_it"])

    def cover_use(self, codes: list[str], columns: tuple[str, ...] = ()) -> ParameterUse:
        """Quote only the rows and columns of the land-cover table that were used.

        Without columns, only the codes: for the steps that lean on one where the rows are already quoted.
        """
        if not columns:
            return replace(self.cover.use(), value=codes)
        rows = {code: {name: self.cover.value[code][name] for name in columns} for code in codes}
        return replace(self.cover.use(), value=rows)


def read_rules(
    book: NormBook,
    *,
    day: date,
    event_mm: float,
    lambda_: float | None = None,
    kdren: str | None = None,
    scheme: str = "dusaf",
) -> Rules:
    """Read the norms in force on `day` and check what was asked against them.

    Raises
    ------
    BadRain, BadLambda, UnknownProposal, UnknownScheme
        Something asked cannot be used.
    NotInForce
        A norm has no value on that day.
    """

    def norm(key: str) -> InForce:
        return book.value(f"{FOLDER}/{key}", day)

    ratio = norm("lambda")
    most = float(norm("pioggia_massima_ammessa").value)
    if not (math.isfinite(event_mm) and 0 < event_mm <= most):
        raise BadRain(given=f"{event_mm:g}", most=f"{most:g}")
    if lambda_ is not None and not 0 <= lambda_ <= 1:
        raise BadLambda(given=f"{lambda_:g}")
    schemes = {p.path.rpartition("/suolo_")[2] for p in book.under(FOLDER) if "/suolo_" in p.path} - {"lcz"}
    if scheme not in schemes:
        raise UnknownScheme(given=scheme, known=", ".join(sorted(schemes)))
    chosen = norm("kdren_proposta")
    proposal = (kdren or str(chosen.value)).lower()
    if proposal not in {"k1", "k2"}:
        why = " Per k3 serve un livello della conducibilità idraulica del suolo." if proposal == "k3" else ""
        raise UnknownProposal(given=proposal, why=why)
    return Rules(
        day=day,
        scheme=scheme,
        rain_mm=float(event_mm),
        lambda_=float(ratio.value) if lambda_ is None else float(lambda_),
        lambda_use=ratio.use() if lambda_ is None else None,
        proposal=proposal,
        proposal_use=chosen.use() if kdren is None else None,
        cover=norm(f"suolo_{scheme}"),
        soil=norm(f"kdren_{proposal}_suolo"),
        depth=norm(f"kdren_{proposal}_soggiacenza"),
        vulnerability=norm("classe_kdren"),
        vulnerability_names=norm("classi_vulnerabilita"),
        supply_rain=norm("offerta_pioggia"),
        supply_full=norm("offerta_massima"),
    )
