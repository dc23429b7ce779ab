"""Who made a version of a layer and who answers for it, in words."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trama.lake import Version

MAKERS = {
    "trama.analyses.demo": _("generatore del territorio dimostrativo"),
    "trama.sources.boundaries": _("lettore dei confini ISTAT"),
    "storm": "STORM",
    "warm": "WARM",
    "suoli": _("carta dei suoli"),
    "indici": _("indici compositi"),
    "rete_verde": _("priorità della Rete Verde"),
    "servizi": _("atlante dei servizi"),
    "opere": _("effetti delle opere"),
    "lum": _("atlante dei LUM"),
    "lum_comuni": _("perimetri e rilievi dei comuni"),
    "accesso": _("accesso ai servizi"),
}


def maker(version: Version) -> str:
    """Return who made a version, in words; the name it gives itself where there are none."""
    made_by = version.provenance.made_by
    return str(MAKERS.get(made_by, made_by))


def invented(version: Version) -> bool:
    """Tell whether a version was generated for the demonstration in the place of an original."""
    return version.synthetic and version.manifest.synthetic


def keeper(version: Version) -> str:
    """Return who answers for a version: of what was generated, who generated it."""
    return gettext("Trama, dati generati") if invented(version) else version.manifest.steward
