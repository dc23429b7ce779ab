"""The columns of a plain list of stops."""

from __future__ import annotations

from trama.sources.works.columns import Usual

STOPS = Usual(
    synonyms={
        "id": (
            "id_amat",
            "stop_id",
            "codice",
            "codice_fermata",
            "id_fermata",
            "cod_fermata",
            "uic",
            "stop_idx",
        ),
        "nome": ("ubicazione", "name", "stop_name", "denominazione", "fermata", "nome_fermata", "stazione"),
        "nodo": ("parent_station", "stazione_di", "nodo_interscambio"),
        "modo": ("mezzo", "mode", "tipo", "tipo_fermata", "modalita"),
        "linee": ("linea", "lines", "routes", "linee_servite"),
        "capolinea": ("terminus", "is_capolinea"),
        "livello": ("level", "livello_lum", "livello_piano"),
        "x": ("est", "coord_x", "x_coord"),
        "y": ("nord", "coord_y", "y_coord"),
        "lon": ("longitudine", "long", "lng", "longitude", "stop_lon", "long_x_4326"),
        "lat": ("latitudine", "latitude", "stop_lat", "lat_y_4326"),
        "wkt": ("geometria", "geometry", "geom", "the_geom", "wkt_geom"),
    },
    beside=("x", "y", "lon", "lat", "wkt"),
    required=("nome", "modo"),
    derived=("partenze", "partenze_ora", "giorno", "istat", "fonte"),
)
MODE_WORDS = {
    "treno": ("treno", "ferrovia", "ferroviaria", "stazione", "rail", "train", "suburbana", "s"),
    "metro": ("metro", "metropolitana", "m", "subway", "mm"),
    "tram": ("tram", "tranvia", "tranviaria", "metrotranvia"),
    "bus": ("bus", "autobus", "filobus", "automobilistica", "superficie", "pullman"),
    "fune": ("fune", "funicolare", "funivia"),
    "traghetto": ("traghetto", "battello", "navigazione"),
    "altro": ("altro",),
}
"""Mode → how lists write it."""
LEVELS = ("M", "S", "L")
