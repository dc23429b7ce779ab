"""What can be wrong with a network, or with the services on it."""

from __future__ import annotations

from trama.kernel.errors import BadInput, Unavailable


class NoNetwork(Unavailable):
    """The lake has no walking network, or half of one."""

    it = (
        "Manca {layers}: senza la rete pedonale non si calcola quanto si cammina. Costruire il territorio "
        "dimostrativo con «trama demo build», oppure caricare un estratto OpenStreetMap con "
        "«trama layers add FILE.osm.pbf --as rete_pedonale»."
    )
    en = (
        "{layers} is missing: without the walking network no walk can be computed. Build the demonstration "
        "with “trama demo build”, or load an OpenStreetMap extract with “trama layers add FILE.osm.pbf "
        "--as rete_pedonale”."
    )


class NotTogether(Unavailable):
    """Nodes and edges of the lake are not of one network."""

    it = (
        "I livelli «rete_pedonale_nodi» (versione {nodes}) e «rete_pedonale_archi» (versione {edges}) non "
        "vanno insieme: {why}. Ricaricare la rete da un solo estratto, nodi e archi insieme."
    )
    en = (
        "Layers “rete_pedonale_nodi” (version {nodes}) and “rete_pedonale_archi” (version {edges}) do not go "
        "together: {why}. Load the network again from one extract, nodes and edges together."
    )


class OffTheNetwork(BadInput):
    """A path ends where there is no street."""

    it = (
        "Vicino al punto {x}, {y} non c'è una via percorribile entro {reach} m: "
        "far cominciare e finire il percorso su una via."
    )
    en = "No walkable street within {reach} m of {x}, {y}: let the path begin and end on a street."
