"""Names of the layers that access reads and makes; nothing here is heavy to import."""

SERVICES, COVERAGE, STOPS, LINKS = "servizi", "servizi_copertura", "fermate", "collegamenti_tpl"
COVER, PEOPLE, COMUNI = "uso_suolo", "popolazione_eta", "comuni"
NETWORK = ("rete_pedonale_nodi", "rete_pedonale_archi")

CELLS, TIMES, BY_COMUNE, BY_ZONE = "accesso_celle", "accesso_tempi", "accesso_comuni", "accesso_zone"
CATEGORIES, INEQUALITY = "accesso_categorie", "accesso_disuguaglianza"
LORENZ, SUPPLY, TRANSIT = "accesso_lorenz", "accesso_offerta", "accesso_mezzi"
MADE = (CELLS, TIMES, BY_COMUNE, BY_ZONE, CATEGORIES, INEQUALITY, LORENZ, SUPPLY, TRANSIT)
