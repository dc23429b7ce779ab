"""The page's form, declared: sections, fields, rows that repeat. Paths are those of the request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from trama.analyses.invarianza import KINDS
from trama.analyses.invarianza.regulation import FOLDER
from trama.norms import NormBook

TEXT, LONG, NUMBER, DAY, CHOICE, TICK = "text", "long", "number", "day", "choice", "tick"
SECTIONS = (
    "Intervento",
    "Superfici e piogge",
    "Smaltimento e terreno",
    "Scarico",
    "Opere",
    "Eventi",
    "Manutenzione",
    "Persone e allegati",
)

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Field:
    """A field: where it goes in the request, what it is called, its kind, its unit, its help.

    Attributes
    ----------
    wide
        Takes the whole row.
    when
        For rows: kinds of work that want it; empty for all.
    """

    path: str
    label: str
    kind: str = TEXT
    unit: str = ""
    help: str = ""
    options: Options = ()
    wide: bool = False
    when: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """A list of things, each with the same fields."""

    path: str
    one: str
    fields: tuple[Field, ...]
    add: str


@dataclass(frozen=True)
class Form:
    """Everything the page asks."""

    fields: Mapping[str, tuple[Field, ...]]
    rows: Mapping[str, Rows]
    disposal: tuple[tuple[str, str, str], ...]
    attachments: tuple[Field, ...]
    kinds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def form_at(book: NormBook, day: date) -> Form:
    """Return the form with the lists of the norms on `day`."""
    table = book.value(f"{FOLDER}/criticita_piogge_comuni", day).value
    comuni = tuple(
        sorted(((key, f"{row['comune']} ({row['criticita']})") for key, row in table.items()), key=_name)
    )
    kinds = book.value(f"{FOLDER}/pratica/tipi_opera", day).value
    order = book.value(f"{FOLDER}/pratica/ordine_smaltimento", day).value
    papers = book.value(f"{FOLDER}/pratica/allegati", day).value
    return Form(
        fields=_fields(comuni),
        rows={"opere": _works(kinds), "prove": _TESTS, "manutenzione": _CARE},
        disposal=tuple((key, str(row["nome"]), str(row["indicazione"])) for key, row in order.items()),
        attachments=tuple(
            Field(f"allegati.{key}", str(row["nome"]), help=_WHEN[str(row["quando"])])
            for key, row in papers.items()
        ),
        kinds=kinds,
    )


_WHEN = {
    "sempre": "serve sempre",
    "progetto": "serve oltre la classe 0",
    "infiltrazione": "serve se qualche opera infiltra",
    "ricettore": "serve se c'è uno scarico",
    "gestore": "serve se il gestore pone un limite",
}


def _name(pair: tuple[str, str]) -> str:
    return pair[1]


def _fields(comuni: Options) -> dict[str, tuple[Field, ...]]:
    return {
        "intervento": (
            Field("intervento.nome", "Nome dell'intervento", wide=True),
            Field("intervento.comune", "Comune (area di criticità)", CHOICE, options=comuni),
            Field("intervento.indirizzo", "Indirizzo"),
            Field("intervento.catasto", "Catasto", help="foglio e mappali"),
            Field("intervento.titolo_edilizio", "Titolo edilizio"),
            Field("intervento.descrizione", "Descrizione", LONG, wide=True),
            Field(
                "intervento.piano_attuativo",
                "Ambito di trasformazione o piano attuativo: limiti delle aree A",
                TICK,
                wide=True,
            ),
            Field(
                "intervento.est_m",
                "Est",
                NUMBER,
                "m",
                "UTM 32N (EPSG:32632), facoltativo; serve per il GeoPackage",
            ),
            Field(
                "intervento.nord_m",
                "Nord",
                NUMBER,
                "m",
                "UTM 32N (EPSG:32632), facoltativo; serve per il GeoPackage",
            ),
        ),
        "superfici": (
            Field("intervento.superficie_m2", "Superficie totale", NUMBER, "m²"),
            *(Field(f"intervento.superfici_m2.{key}", label, NUMBER, "m²") for key, label in KINDS.items()),
        ),
        "piogge": _RAIN,
        "calcolo": _CALCULATION,
        "terreno": _GROUND,
        "scarico": _OUTFALL,
        "luce": _OUTLET,
        "eccedenza": (
            Field(
                "calcolo.eccedenza",
                "Dove va l'acqua oltre le opere",
                LONG,
                help="serve se l'evento di verifica supera il bordo: dove si raccoglie e perché non nuoce",
                wide=True,
            ),
        ),
        "responsabile": (Field("responsabile_manutenzione", "Chi risponde della manutenzione", wide=True),),
        "committente": _CLIENT,
        "professionista": _SIGNER,
    }


def in_labels(paths: str) -> str:
    """Return the fields a sentence names by their path, named as the page calls them.

    >>> in_labels("intervento.comune o piogge.area")
    '«Comune (area di criticità)» o «Area di criticità»'
    """
    labels = {one.path: one.label for group in _fields(()).values() for one in group}
    return re.sub(r"[a-z_]+(\.\w+)+", lambda found: f"«{labels.get(found[0], found[0])}»", paths)


_RAIN = (
    Field(
        "piogge.area",
        "Area di criticità",
        CHOICE,
        help="se non è quella del comune",
        options=(("A", "A, alta"), ("B", "B, media"), ("C", "C, bassa")),
    ),
    Field("piogge.a_mm", "a", NUMBER, "mm/hⁿ", "curva h = a·Dⁿ del tempo di ritorno di progetto"),
    Field("piogge.n", "n", NUMBER, "", "insieme ad a"),
    Field("piogge.a_verifica_mm", "a di verifica", NUMBER, "mm/hⁿ", "per il tempo di ritorno di verifica"),
    Field("piogge.n_verifica", "n di verifica", NUMBER, "", "quello di progetto, se manca"),
    Field("piogge.fonte", "Fonte delle piogge", help="per esempio ARPA Lombardia, punto e giorno"),
)
_CALCULATION = (
    Field(
        "calcolo.pioggia_netta",
        "Pioggia netta",
        CHOICE,
        options=(("phi", "coefficiente di deflusso"), ("horton", "Horton sulle superfici permeabili")),
    ),
    Field(
        "calcolo.gruppo_suolo",
        "Gruppo idrologico del suolo",
        CHOICE,
        help="solo con Horton",
        options=tuple((key, key) for key in "ABCD"),
    ),
)
_GROUND = (
    Field("terreno.soggiacenza_falda_m", "Falda, profondità minima", NUMBER, "m", "dal piano di campagna"),
    Field("terreno.fonte_falda", "Fonte della falda"),
    Field(
        "terreno.fattore_sicurezza", "Fattore di sicurezza su k", NUMBER, "", "quello delle norme, se manca"
    ),
    Field(
        "terreno.sola_infiltrazione",
        "Si chiede la riduzione del minimo per sola infiltrazione",
        TICK,
        wide=True,
    ),
)
_OUTFALL = (
    Field("scarico.ricettore", "Ricettore", help="roggia, canale, condotta"),
    Field("scarico.gestore", "Gestore del ricettore"),
    Field("scarico.portata_limite_l_s", "Limite posto dal gestore", NUMBER, "l/s", "vale se più severo"),
    Field("scarico.atto", "Atto del gestore", help="parere, protocollo, giorno"),
)
_OUTLET = (
    Field(
        "scarico.tipo",
        "Come esce l'acqua",
        CHOICE,
        options=(("costante", "portata costante: regolatore o pompa"), ("luce", "luce circolare tarata")),
    ),
    Field("scarico.portata_l_s", "Portata", NUMBER, "l/s", when=("costante",)),
    Field("scarico.diametro_mm", "Diametro della luce", NUMBER, "mm", when=("luce",)),
    Field("scarico.quota_m", "Quota sul fondo", NUMBER, "m", when=("luce",)),
    Field("scarico.coefficiente", "Coefficiente di efflusso", NUMBER, "", "0,6 se manca", when=("luce",)),
)
_CLIENT = (
    Field("committente.nome", "Nome o ragione sociale"),
    Field("committente.codice_fiscale", "Codice fiscale o partita IVA"),
    Field("committente.recapito", "Recapito"),
)
_SIGNER = (
    Field("professionista.nome", "Nome e cognome"),
    Field("professionista.titolo", "Titolo", help="ing., arch., geol., geom."),
    Field("professionista.ordine", "Ordine o collegio"),
    Field("professionista.numero", "Numero d'iscrizione"),
    Field("professionista.codice_fiscale", "Codice fiscale"),
    Field("professionista.recapito", "PEC o recapito"),
    Field("professionista.studio", "Studio"),
    Field("professionista.luogo", "Luogo dell'asseverazione"),
    Field("professionista.giorno", "Giorno dell'asseverazione", DAY),
)
_TESTS = Rows(
    "terreno.prove",
    "Prova",
    (
        Field("sigla", "Sigla"),
        Field("metodo", "Metodo"),
        Field("giorno", "Giorno", DAY),
        Field("profondita_m", "Profondità", NUMBER, "m"),
        Field("k_m_s", "Permeabilità k", NUMBER, "m/s", "per esempio 2e-5"),
    ),
    "Aggiungi una prova di permeabilità",
)
_CARE = Rows(
    "manutenzione",
    "Operazione",
    (
        Field("opera", "Opera"),
        Field("operazione", "Operazione"),
        Field("frequenza", "Frequenza"),
        Field("chi", "Chi"),
    ),
    "Aggiungi un'operazione",
)
_MEASURES = {
    "lunghezza_m": ("Lunghezza", "m"),
    "larghezza_m": ("Larghezza", "m"),
    "area_m2": ("Area", "m²"),
    "diametro_m": ("Diametro", "m"),
    "altezza_m": ("Altezza", "m"),
    "scarpa": ("Scarpa (m in fuori per m d'altezza)", ""),
    "vuoti": ("Quota di vuoti", ""),
}


def _works(kinds: Mapping[str, Mapping[str, Any]]) -> Rows:
    wanted = {key: str(row["misure"]).split(", ") for key, row in kinds.items()}
    measures = tuple(
        Field(name, label, NUMBER, unit, when=tuple(key for key, names in wanted.items() if name in names))
        for name, (label, unit) in _MEASURES.items()
    )
    soaking = tuple(key for key, row in kinds.items() if row["infiltra"])
    return Rows(
        "opere",
        "Opera",
        (
            Field("nome", "Nome"),
            Field(
                "tipo", "Tipo", CHOICE, options=tuple((key, str(row["nome"])) for key, row in kinds.items())
            ),
            Field("numero", "Quante", NUMBER),
            *measures,
            Field("franco_m", "Franco", NUMBER, "m"),
            Field(
                "profondita_fondo_m",
                "Profondità del fondo",
                NUMBER,
                "m",
                "dal piano di campagna",
                when=soaking,
            ),
        ),
        "Aggiungi un'opera",
    )
