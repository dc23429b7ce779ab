"""The columns of a list of services."""

from __future__ import annotations

from trama.sources.works.columns import Usual

SERVICES = Usual(
    synonyms={
        "id": ("codice", "id_servizio", "identificativo", "id_amat", "objectid", "cod", "fid"),
        "nome": (
            "denominazione",
            "nome_servizio",
            "servizio",
            "name",
            "localita",
            "titolo",
            "targa",
            "parco",
        ),
        "voce": (
            "codice_voce",
            "voce_tassonomia",
            "tipologia_servizio",
            "sottocategoria",
            "tipo",
            "tipologia",
        ),
        "livello": ("level", "scala", "rango"),
        "stato": ("status", "stato_servizio", "attuazione"),
        "capienza": ("posti", "capacita", "posti_letto", "capacity", "n_posti", "ricettivita"),
        "capienza_unita": ("unita_capienza", "unita", "um"),
        "orari": ("orario", "opening_hours", "orari_apertura"),
        "bacino": ("bacino_utenza", "comuni_serviti"),
        "gestore": ("ente_gestore", "operatore", "operator", "titolare", "ente"),
        "indirizzo": ("via", "address", "ubicazione", "nome_via"),
        "rilevato": ("data", "anno", "data_rilevazione", "aggiornato", "data_aggiornamento"),
        "comune": ("nome_comune", "municipality", "istat", "codice_istat", "cod_istat", "pro_com_t"),
        "x": ("est", "coord_x", "x_coord"),
        "y": ("nord", "coord_y", "y_coord"),
        "lon": ("longitudine", "long", "lng", "longitude", "long_x_4326"),
        "lat": ("latitudine", "latitude", "lat_y_4326"),
        "wkt": ("geometria", "geometry", "geom", "the_geom", "wkt_geom"),
    },
    beside=("comune", "x", "y", "lon", "lat", "wkt"),
    required=("voce",),
    derived=("livello_da", "istat", "fonte", "sintetico"),
)
LEVELS = ("locale", "intercomunale", "metropolitano")
STATES = {
    "attivo": ("attivo", "attiva", "esistente", "in esercizio", "aperto", "attuato", "active"),
    "previsto": ("previsto", "prevista", "in progetto", "programmato", "in costruzione", "planned"),
    "cessato": ("cessato", "cessata", "chiuso", "chiusa", "dismesso", "soppresso", "closed"),
}
"""State → how lists write it."""
