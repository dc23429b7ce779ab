"""What can be looked at: each subject with its words, its columns in the lake, its colours."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

GRAINS = {
    "comuni": _("Comuni"),
    "upa": _("UPA"),
    "zone": _("Zone omogenee"),
    "celle": _("Celle della griglia"),
}
"""Grain → how it is called in the picker, in order."""


GROUPS = {
    "pioggia": _("Pioggia"),
    "calore": _("Calore"),
    "persone": _("Persone"),
    "suoli": _("Suoli e loro servizi"),
    "rete-verde": _("Rete Verde"),
    "indici": _("Indici compositi"),
    "terreno": _("Com'è il terreno"),
}
"""Question that a subject answers → how it is called in the picker, in order."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Something measured.

    Attributes
    ----------
    group
        A key of `GROUPS`; the subjects of a group stand together.
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
    percent
        Whether the column is a share, 0 to 1, that is told in hundredths.
    people
        Column of the same layer with how many people the share is of; told beside it.
    """

    id: str
    group: str
    title: object
    short: object
    sentence: object
    columns: dict[str, tuple[str, str]]
    palette: str
    scale: str = "numbers"
    names: str = ""
    equal_steps: bool = False
    percent: bool = False
    people: str = ""


def _places(family: str, column: str) -> dict[str, tuple[str, str]]:
    return {grain: (f"{family}_{grain}", column) for grain in ("comuni", "upa", "zone")}


def _storm(column: str, raster: str) -> dict[str, tuple[str, str]]:
    return {**_places("storm", column), "celle": (raster, "cell")}


def _warm(column: str, raster: str) -> dict[str, tuple[str, str]]:
    return {**_places("warm", column), "celle": (raster, "cell")}


def _soils(column: str, raster: str) -> dict[str, tuple[str, str]]:
    return {**{grain: (f"suoli_{grain}", column) for grain in ("comuni", "upa")}, "celle": (raster, "cell")}


def _index(index_id: str) -> dict[str, tuple[str, str]]:
    return {grain: (f"indice_{index_id}_{grain}", "indice") for grain in ("comuni", "upa")}


SUBJECTS = (
    Subject(
        "idren",
        "pioggia",
        _("Indice drenante (I-dren)"),
        _("I-dren"),
        _("Quota della superficie che lascia passare l'acqua nel terreno: 0 impermeabile, 1 tutta drenante."),
        _storm("idren", "idren"),
        "green",
    ),
    Subject(
        "kdren",
        "pioggia",
        _("Capacità drenante (K-dren)"),
        _("K-dren"),
        _("I-dren pesato con la grana del suolo e la profondità della falda."),
        _storm("kdren", "kdren"),
        "green",
    ),
    Subject(
        "deflusso",
        "pioggia",
        _("Deflusso"),
        _("Deflusso"),
        _("Quanta pioggia dell'evento scorre in superficie invece di infiltrarsi, in millimetri."),
        _storm("deflusso_mm", "deflusso"),
        "blue",
    ),
    Subject(
        "ritenzione",
        "pioggia",
        _("Ritenzione"),
        _("Ritenzione"),
        _("Quota della pioggia dell'evento trattenuta da suolo e vegetazione."),
        _storm("ritenzione", "ritenzione"),
        "teal",
    ),
    Subject(
        "vulnerabilita",
        "pioggia",
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
        "pioggia",
        _("Regolazione degli eventi estremi"),
        _("Regolazione"),
        _("Offerta del servizio ecosistemico: quanto il suolo smorza le piogge intense."),
        _storm("offerta_eventi_estremi", "offerta_eventi_estremi"),
        "teal",
    ),
    Subject(
        "temperatura",
        "calore",
        _("Temperatura notturna estiva"),
        _("Notte"),
        _("Quanti gradi fa di notte, d'estate: osservata dove ce n'è una carta, altrimenti calcolata."),
        _warm("t_notte", "temperatura_notte"),
        "heat",
        equal_steps=True,
    ),
    Subject(
        "anomalia",
        "calore",
        _("Anomalia termica notturna"),
        _("Anomalia"),
        _("Di quanto la notte è più calda del riferimento di campagna; nei parchi è zero."),
        _warm("anomalia", "anomalia_notte"),
        "heat",
        equal_steps=True,
    ),
    Subject(
        "vulnerabilita-caldo",
        "calore",
        _("Classe di vulnerabilità al caldo"),
        _("Vulnerabilità al caldo"),
        _("Cinque classi ricavate dall'anomalia notturna media del luogo."),
        {grain: (f"warm_{grain}", "classe") for grain in ("upa", "comuni", "zone")},
        "heat",
        "vulnerability",
        "sttm1/warm/classi_vulnerabilita",
    ),
    Subject(
        "zone-temperatura",
        "calore",
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
        "calore",
        _("Capacità di raffrescamento"),
        _("Raffrescamento"),
        _("Quanto suolo e vegetazione raffrescano di giorno, da 0 a 1: ombra, albedo, evapotraspirazione."),
        _warm("raffrescamento", "raffrescamento"),
        "teal",
    ),
    Subject(
        "microclima",
        "calore",
        _("Regolazione del microclima"),
        _("Microclima"),
        _("Offerta del servizio ecosistemico: quanto il luogo può raffrescare, da 0 a 5."),
        _warm("offerta_microclima", "offerta_microclima"),
        "teal",
    ),
    Subject(
        "esposti",
        "persone",
        _("Persone sensibili al caldo"),
        _("Sensibili esposti"),
        _("Quota dei residenti con meno di 10 anni o almeno 70 dove l'anomalia supera la soglia: una stima."),
        _places("warm", "quota_sensibili_oltre_2"),
        "violet",
        percent=True,
        people="sensibili_oltre_2",
    ),
    Subject(
        "abitanti",
        "persone",
        _("Residenti"),
        _("Residenti"),
        _("Quante persone risiedono nel comune."),
        {"comuni": ("comuni", "popolazione")},
        "violet",
    ),
    Subject(
        "attitudine",
        "suoli",
        _("Suoli: attitudine a dare servizi ecosistemici"),
        _("Attitudine dei suoli"),
        _("Quanto il suolo può dare, da 0 a 5: media dei servizi che la base di conoscenza sa calcolare."),
        _soils("attitudine", "attitudine_suoli"),
        "teal",
        names="sttm1/storm/classi_offerta",
    ),
    Subject(
        "ricarica",
        "suoli",
        _("Suoli: ricarica della falda"),
        _("Ricarica"),
        _("Attitudine del suolo a lasciar passare l'acqua verso la falda, da 0 a 5."),
        _soils("offerta_ricarica", "offerta_ricarica"),
        "teal",
        names="sttm1/storm/classi_offerta",
    ),
    Subject(
        "matrice",
        "suoli",
        _("Suoli: matrice di capacità (alternativa)"),
        _("Matrice"),
        _("La sola copertura, con numeri riportati a memoria: da confrontare con l'attitudine calcolata."),
        _soils("attitudine_matrice", "attitudine_matrice"),
        "teal",
        names="sttm1/storm/classi_offerta",
    ),
    Subject(
        "priorita",
        "rete-verde",
        _("Rete Verde: priorità d'intervento"),
        _("Priorità"),
        _("Cinque classi da vulnerabilità, offerta e domanda di servizi: più alta, prima si interviene."),
        {grain: (f"rvm_{grain}", "classe") for grain in ("upa", "comuni")},
        "green",
        "vulnerability",
        names="sttm1/rete_verde/classi_priorita",
    ),
    Subject(
        "vulnerabilita-territoriale",
        "indici",
        _("Indice di vulnerabilità territoriale"),
        _("Indice di vulnerabilità"),
        _("Pressioni, impatto e poca capacità di adattarsi, da 0 a 1; i pesi si cambiano in Indici."),
        _index("vulnerabilita"),
        "amber",
    ),
    Subject(
        "qualita-urbanizzato",
        "indici",
        _("Indice di qualità dei territori urbanizzati"),
        _("Indice di qualità"),
        _("Suolo, clima, verde e forma del costruito, in un numero da 0 a 1; i pesi si cambiano in Indici."),
        _index("qualita"),
        "teal",
    ),
    Subject(
        "uso-suolo",
        "terreno",
        _("Uso del suolo"),
        _("Uso del suolo"),
        _("Come è coperto e usato il terreno, cella per cella."),
        {"celle": ("uso_suolo", "cell")},
        "landcover",
        "landcover",
    ),
    Subject(
        "suoli",
        "terreno",
        _("Gruppo idrologico dei suoli"),
        _("Suolo"),
        _("Da A (l'acqua passa in fretta) a D (l'acqua quasi non passa)."),
        {"celle": ("gruppo_idrologico", "cell")},
        "amber",
        "soil_groups",
    ),
    Subject(
        "falda",
        "terreno",
        _("Soggiacenza della falda"),
        _("Falda"),
        _("A quanti metri sotto il piano campagna si trova l'acqua."),
        {"celle": ("soggiacenza", "cell")},
        "blue",
    ),
)
