"""What can be wrong with an OpenStreetMap extract."""

from __future__ import annotations

from trama.kernel.errors import BadInput


class DamagedExtract(BadInput):
    """The extract stops before its end, or its blocks do not open."""

    it = (
        "L'estratto «{name}» è tagliato a metà o danneggiato: scaricarlo di nuovo per intero. Nulla è stato "
        "scritto. ({why})"
    )
    en = "The extract “{name}” is cut short or damaged: download it again, whole. Nothing was written."


class NoWalkableWay(BadInput):
    """No way of the extract is walkable."""

    it = (
        "Nell'estratto «{name}» non c'è alcuna via percorribile a piedi ({why}): controllare che non sia "
        "ridotto ai soli punti o a un tema, e che copra il territorio."
    )
    en = "The extract “{name}” has no walkable way: check its content and its area."


class MissingNodes(BadInput):
    """Too many ways are without their nodes."""

    it = (
        "Nell'estratto «{name}» mancano {missing} dei {all} nodi delle vie: ritagliarlo di nuovo tenendo "
        "le vie intere (con osmium extract: --strategy complete_ways)."
    )
    en = (
        "The extract “{name}” lacks {missing} of the {all} nodes of its ways: cut it again keeping ways "
        "whole (with osmium extract: --strategy complete_ways)."
    )
