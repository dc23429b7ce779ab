"""The rule of poles: the standing it proposes for each comune, with its reasons. The office decides."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from trama.analyses.services.catchments import Catchments
from trama.analyses.services.inventory import Inventory
from trama.analyses.services.nodes import nodes

METROPOLITAN, WIDE, LOCAL = "metropolitana", "sovracomunale", "locale"
UNKNOWN = "nessuna fonte rileva i servizi sovralocali del comune: la rilevanza non si propone"
REASONS_SHOWN = 4
Flags = npt.NDArray[np.bool_]


def verdicts_of(
    inventory: Inventory, found: Catchments, surveyed: Flags, bound: Flags
) -> list[tuple[str | None, list[str]]]:
    """Apply the rule to every comune: (standing, reasons); no standing where nothing is known.

    Parameters
    ----------
    surveyed, bound
        For each comune, whether any source tells of its wide services, and whether less than wholly.
    """
    at_node = nodes(inventory)
    table = inventory.services
    home = table["row"].to_numpy()[found.services]
    beyond, covers = _reach(inventory, found, _neighbours(inventory))
    essential = inventory.rules.essential.value
    limits = inventory.rules.thresholds.value
    needed = int(limits["servizi_sovracomunali"])
    elsewhere = f"almeno {int(limits['zone_esterne'])} zone omogenee oltre alla propria"
    verdicts: list[tuple[str | None, list[str]]] = []
    for row, reasons in enumerate(at_node):
        mine = np.flatnonzero(home == row)
        told = list(reasons)
        told += [
            f"{table['nome'].iloc[found.services[one]]}: dichiarato essenziale"
            for one in mine
            if str(table["id"].iloc[found.services[one]]) in essential
        ]
        far, near = mine[beyond[mine]], mine[covers[mine]]
        if len(far):
            told.append(_some(inventory, found, far, ("riguarda", "riguardano"), elsewhere))
        if told:
            verdicts.append((METROPOLITAN, told))
        elif len(near) >= needed:
            what = "tutti i comuni vicini, in una sola zona omogenea"
            verdicts.append((WIDE, [_some(inventory, found, near, ("copre", "coprono"), what)]))
        elif not surveyed[row]:
            verdicts.append((None, [UNKNOWN]))
        else:
            verdicts.append((LOCAL, [_too_few(needed, len(near), bool(bound[row]))]))
    return verdicts


def _too_few(needed: int, near: int, bound: bool) -> str:
    """Return why a comune is local, as far as is known."""
    have = f"soltanto {near}" if near else "nessuno"
    if bound:
        have += " fra quelli rilevati; le fonti sono parziali o mancano per alcune voci"
    return f"servono {needed} servizi che coprano tutti i comuni vicini in una sola zona: {have}"


def _some(
    inventory: Inventory, found: Catchments, rows: npt.NDArray[np.int64], does: tuple[str, str], what: str
) -> str:
    """Return a sentence that counts services, says what they do, and names the first."""
    table = inventory.services
    names = [str(table["nome"].iloc[found.services[one]]) for one in rows[:REASONS_SHOWN]]
    rest = len(rows) - len(names)
    more = f" e {'un altro' if rest == 1 else f'altri {rest}'}" if rest else ""
    who = f"1 servizio {does[0]}" if len(rows) == 1 else f"{len(rows)} servizi {does[1]}"
    return f"{who} {what}: {', '.join(names)}{more}"


def _neighbours(inventory: Inventory) -> list[npt.NDArray[np.int64]]:
    shapes = inventory.comuni.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=1.0)
    return [second[(first == row) & (second != row)] for row in range(len(shapes))]


def _reach(
    inventory: Inventory, found: Catchments, neighbours: list[npt.NDArray[np.int64]]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which services concern enough other zones, and which cover every neighbour in one zone.

    The chief town is no zone: those who live there are among the people served, and make no zone concerned.
    """
    limits = inventory.rules.thresholds.value
    served = found.people(inventory.people)
    total = np.maximum(served.sum(axis=1, keepdims=True), 1.0)
    zones = np.array([served[:, rows].sum(axis=1) for rows in inventory.zones.values()]).T / total
    concerned = zones >= float(limits["quota_zona"])
    home = inventory.services["row"].to_numpy()[found.services]
    own = inventory.zone_of[home][:, None] == np.arange(zones.shape[1])  # all false in the chief town
    outside = (concerned & ~own).sum(axis=1)
    holds = served / total >= float(limits["quota_comune"])
    covers = np.array([bool(holds[one, neighbours[row]].all()) for one, row in enumerate(home)], bool)
    return outside >= int(limits["zone_esterne"]), covers & (concerned.sum(axis=1) == 1)
