"""What the map can show: a subject (what is measured) at a grain (per what), from one layer of the lake."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from trama.lake import Lake

GRAINS = {
    "comuni": _("Comuni"),
    "upa": _("UPA"),
    "zone": _("Zone omogenee"),
    "celle": _("Celle della griglia"),
}
"""Grain → how it is called in the picker, in order."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Something measured.

    Attributes
    ----------
    short
        Its name where room is scarce.
    columns
        Grain → (layer of the lake, column); rasters have the column ``cell``.
    scale
        ``numbers`` (classes of the data), ``vulnerability`` and ``zones`` (named by the norms),
        ``landcover`` and ``soil_groups`` (named classes).
    palette
        Name of a palette of `trama.apps.conoscere.scale`.
    names
        Parameter of the norms with the names and colours of the classes, for classes the norms name; with
        ``numbers``, the classes of a mark from 0 to 5, one each unit.
    equal_steps
        Whether classes of numbers are equal steps of the range, so that peaks stand out, not quantiles.
    """

    id: str
    title: object
    short: object
    sentence: object
    columns: dict[str, tuple[str, str]]
    palette: str
    scale: str = "numbers"
    names: str = ""
    equal_steps: bool = False


@dataclass(frozen=True, slots=True)
class Theme:
    """A subject at a grain: what is on the map at one moment."""

    subject: Subject
    grain: str

    @property
    def id(self) -> str:
        """Name in addresses: ``idren-comuni``."""
        return f"{self.subject.id}-{self.grain}"

    @property
    def layer(self) -> str:
        """Layer of the lake it is read from."""
        return self.subject.columns[self.grain][0]

    @property
    def column(self) -> str:
        """Column of that layer."""
        return self.subject.columns[self.grain][1]

    @property
    def raster(self) -> bool:
        """Whether it is a grid of cells."""
        return self.grain == "celle"


def _places(family: str, column: str) -> dict[str, tuple[str, str]]:
    return {grain: (f"{family}_{grain}", column) for grain in ("comuni", "upa", "zone")}


def _storm(column: str, raster: str) -> dict[str, tuple[str, str]]:
    return {**_places("storm", column), "celle": (raster, "cell")}


def _warm(column: str, raster: str) -> dict[str, tuple[str, str]]:
    return {**_places("warm", column), "celle": (raster, "cell")}


def _index(index_id: str) -> dict[str, tuple[str, str]]:
    return {grain: (f"indice_{index_id}_{grain}", "indice") for grain in ("comuni", "upa")}


SUBJECTS = (
    Subject(
        "idren",
        _("Indice drenante (I-dren)"),
        _("I-dren"),
        _("Quota della superficie che lascia passare l'acqua nel terreno: 0 impermeabile, 1 tutta drenante."),
        _storm("idren", "idren"),
        "green",
    ),
    Subject(
        "kdren",
        _("Capacità drenante (K-dren)"),
        _("K-dren"),
        _("I-dren pesato con la grana del suolo e la profondità della falda."),
        _storm("kdren", "kdren"),
        "green",
    ),
    Subject(
        "deflusso",
        _("Deflusso"),
        _("Deflusso"),
        _("Quanta pioggia dell'evento scorre in superficie invece di infiltrarsi, in millimetri."),
        _storm("deflusso_mm", "deflusso"),
        "blue",
    ),
    Subject(
        "ritenzione",
        _("Ritenzione"),
        _("Ritenzione"),
        _("Quota della pioggia dell'evento trattenuta da suolo e vegetazione."),
        _storm("ritenzione", "ritenzione"),
        "teal",
    ),
    Subject(
        "vulnerabilita",
        _("Classe di vulnerabilità alle piogge"),
        _("Vulnerabilità"),
        _("Cinque classi ricavate da K-dren: meno il suolo drena, più il luogo è vulnerabile."),
        {grain: (f"storm_{grain}", "classe") for grain in ("upa", "comuni", "zone")},
        "amber",
        "vulnerability",
        "sttm1/storm/classi_vulnerabilita",
    ),
    Subject(
        "eventi-estremi",
        _("Regolazione degli eventi estremi"),
        _("Regolazione"),
        _("Offerta del servizio ecosistemico: quanto il suolo smorza le piogge intense."),
        _storm("offerta_eventi_estremi", "offerta_eventi_estremi"),
        "teal",
    ),
    Subject(
        "temperatura",
        _("Temperatura notturna estiva"),
        _("Notte"),
        _("Quanti gradi fa di notte, d'estate: osservata dove ce n'è una carta, altrimenti calcolata."),
        _warm("t_notte", "temperatura_notte"),
        "heat",
        equal_steps=True,
    ),
    Subject(
        "anomalia",
        _("Anomalia termica notturna"),
        _("Anomalia"),
        _("Di quanto la notte è più calda del riferimento di campagna; nei parchi è zero."),
        _warm("anomalia", "anomalia_notte"),
        "heat",
        equal_steps=True,
    ),
    Subject(
        "vulnerabilita-caldo",
        _("Classe di vulnerabilità al caldo"),
        _("Vulnerabilità al caldo"),
        _("Cinque classi ricavate dall'anomalia notturna media del luogo."),
        {grain: (f"warm_{grain}", "classe") for grain in ("upa", "comuni", "zone")},
        "heat",
        "vulnerability",
        "sttm1/warm/classi_vulnerabilita",
    ),
    Subject(
        "esposti",
        _("Persone sensibili al caldo"),
        _("Sensibili esposti"),
        _("Quota dei residenti con meno di 10 anni o almeno 70 dove l'anomalia supera la soglia: una stima."),
        _places("warm", "quota_sensibili_oltre_2"),
        "violet",
    ),
    Subject(
        "zone-temperatura",
        _("Zone a temperatura notturna omogenea"),
        _("Zona di temperatura"),
        _("Il territorio diviso dalla zona più fresca alla più calda, secondo l'istogramma delle celle."),
        {"celle": ("zone_temperatura", "cell")},
        "heat",
        "zones",
        "sttm1/warm/nomi_zone_temperatura",
    ),
    Subject(
        "raffrescamento",
        _("Capacità di raffrescamento"),
        _("Raffrescamento"),
        _("Quanto suolo e vegetazione raffrescano di giorno, da 0 a 1: ombra, albedo, evapotraspirazione."),
        _warm("raffrescamento", "raffrescamento"),
        "teal",
    ),
    Subject(
        "microclima",
        _("Regolazione del microclima"),
        _("Microclima"),
        _("Offerta del servizio ecosistemico: quanto il luogo può raffrescare, da 0 a 5."),
        _warm("offerta_microclima", "offerta_microclima"),
        "teal",
    ),
    Subject(
        "attitudine",
        _("Suoli: attitudine a dare servizi ecosistemici"),
        _("Attitudine dei suoli"),
        _("Quanto il suolo può dare, da 0 a 5: media dei servizi che la base di conoscenza sa calcolare."),
        {
            **{grain: (f"suoli_{grain}", "attitudine") for grain in ("comuni", "upa")},
            "celle": ("attitudine_suoli", "cell"),
        },
        "teal",
        names="sttm1/storm/classi_offerta",
    ),
    Subject(
        "ricarica",
        _("Suoli: ricarica della falda"),
        _("Ricarica"),
        _("Attitudine del suolo a lasciar passare l'acqua verso la falda, da 0 a 5."),
        {
            **{grain: (f"suoli_{grain}", "offerta_ricarica") for grain in ("comuni", "upa")},
            "celle": ("offerta_ricarica", "cell"),
        },
        "teal",
        names="sttm1/storm/classi_offerta",
    ),
    Subject(
        "matrice",
        _("Suoli: matrice di capacità (alternativa)"),
        _("Matrice"),
        _("La sola copertura, con numeri riportati a memoria: da confrontare con l'attitudine calcolata."),
        {
            **{grain: (f"suoli_{grain}", "attitudine_matrice") for grain in ("comuni", "upa")},
            "celle": ("attitudine_matrice", "cell"),
        },
        "teal",
        names="sttm1/storm/classi_offerta",
    ),
    Subject(
        "priorita",
        _("Rete Verde: priorità d'intervento"),
        _("Priorità"),
        _("Cinque classi da vulnerabilità, offerta e domanda di servizi: più alta, prima si interviene."),
        {grain: (f"rvm_{grain}", "classe") for grain in ("upa", "comuni")},
        "green",
        "vulnerability",
        names="sttm1/rete_verde/classi_priorita",
    ),
    Subject(
        "uso-suolo",
        _("Uso del suolo"),
        _("Uso del suolo"),
        _("Come è coperto e usato il terreno, cella per cella."),
        {"celle": ("uso_suolo", "cell")},
        "landcover",
        "landcover",
    ),
    Subject(
        "suoli",
        _("Gruppo idrologico dei suoli"),
        _("Suolo"),
        _("Da A (l'acqua passa in fretta) a D (l'acqua quasi non passa)."),
        {"celle": ("gruppo_idrologico", "cell")},
        "amber",
        "soil_groups",
    ),
    Subject(
        "falda",
        _("Soggiacenza della falda"),
        _("Falda"),
        _("A quanti metri sotto il piano campagna si trova l'acqua."),
        {"celle": ("soggiacenza", "cell")},
        "blue",
    ),
    Subject(
        "abitanti",
        _("Residenti"),
        _("Residenti"),
        _("Quante persone risiedono nel comune."),
        {"comuni": ("comuni", "popolazione")},
        "violet",
    ),
    Subject(
        "vulnerabilita-territoriale",
        _("Indice di vulnerabilità territoriale"),
        _("Indice di vulnerabilità"),
        _("Pressioni, impatto e poca capacità di adattarsi, da 0 a 1; i pesi si cambiano in Indici."),
        _index("vulnerabilita"),
        "amber",
    ),
    Subject(
        "qualita-urbanizzato",
        _("Indice di qualità dei territori urbanizzati"),
        _("Indice di qualità"),
        _("Suolo, clima, verde e forma del costruito, in un numero da 0 a 1; i pesi si cambiano in Indici."),
        _index("qualita"),
        "teal",
    ),
)


def available(lake: Lake) -> list[Theme]:
    """Return the themes whose layer and column are in the lake, subject by subject, in the picker's order."""
    present = {
        layer: {spec.name for spec in lake.version(layer).manifest.fields}
        for layer in {layer for subject in SUBJECTS for layer, _column in subject.columns.values()}
        if lake.has(layer)
    }
    return [
        Theme(subject, grain)
        for subject in SUBJECTS
        for grain, (layer, column) in subject.columns.items()
        if column in present.get(layer, set())
    ]


def named(theme_id: str) -> Theme | None:
    """Return the theme called `theme_id`, whether or not its layer is there."""
    subject_id, _dash, grain = theme_id.rpartition("-")
    subject = next((one for one in SUBJECTS if one.id == subject_id), None)
    return Theme(subject, grain) if subject and grain in subject.columns else None


def choose(themes: list[Theme], wanted: str) -> Theme | None:
    """Return the theme called `wanted`, or its subject at another grain, or the first; None without any."""
    exact = next((theme for theme in themes if theme.id == wanted), None)
    subject = next((theme for theme in themes if theme.subject.id == wanted.rpartition("-")[0]), None)
    return exact or subject or next(iter(themes), None)
