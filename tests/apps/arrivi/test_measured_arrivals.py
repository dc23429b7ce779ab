"""An observed quantity comes in from the page: unusual values, other units, what mending would empty."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.test import Client

from tests.apps.arrivi.test_arrivals import send, text
from trama.kernel.units import joined
from trama.lake import Lake
from trama.sources.plausible import LONGEST_REASON


def night(path: Path, cells: list[list[float]]) -> Path:
    import rasterio
    from affine import Affine

    from tests.fixtures_territory import EAST, NORTH

    options = {"height": 2, "width": 3, "crs": 32632, "transform": Affine(20, 0, EAST, 0, -20, NORTH)}
    with rasterio.open(path, "w", "GTiff", count=1, dtype="float32", **options) as out:
        out.write(np.array(cells, dtype=np.float32), 1)
    return path


def first_value(lake: Lake, layer: str) -> float:
    import rasterio

    with rasterio.open(lake.version(layer).raster) as source:
        return float(source.read(1)[0, 0])


FROST = [[275.15, 298.0, 297.0], [296.0, 297.5, 295.0]]
EVEN = [[297.15] * 3] * 2
"""Nights in kelvin: with one true frost, and of one value everywhere, which mending alone does not let in."""


@pytest.mark.parametrize(
    ("cells", "celsius", "mended_before"),
    [(FROST, 2.0, False), (EVEN, 24.0, False), (EVEN, 24.0, True)],
    ids=["frost", "even", "even, mended before"],
)
def test_kelvin_with_true_unusual_values_has_a_way_in(
    web: Client,
    lake: Lake,
    tmp_path: Path,
    cells: list[list[float]],
    celsius: float,
    mended_before: bool,
) -> None:
    """The confirmation mends the rest, as the command with --repair and --confirm does."""
    layer = "temperatura_notte_osservata"
    place = send(web, night(tmp_path / "k.tif", cells), f"/conoscere/livelli/{layer}/aggiungi").url
    page = text(web.get(place))
    assert ("Ripara e aggiungi</button>" in page) == (cells is FROST)  # of one value, mending alone fails
    assert "Ripara, conferma e aggiungi</button>" in page
    if mended_before:
        place = web.post(f"/conoscere/arrivi/{place.rpartition('/')[2]}/ripara").url
        assert "Conferma e aggiungi</button>" in text(web.get(place))
        assert not lake.has(layer)
    answer = web.post(f"/conoscere/arrivi/{place.rpartition('/')[2]}/conferma", {"motivo": "rilievo ARPA"})
    assert "Pubblicata la versione" in text(web.get(answer.url))
    assert first_value(lake, layer) == pytest.approx(celsius, abs=1e-3)
    asked = lake.version(layer).provenance.asked
    assert (asked["repair"], asked["confirm"]) == (True, "rilievo ARPA")


def test_kelvin_without_unusual_values_have_nothing_to_confirm(
    web: Client, lake: Lake, tmp_path: Path
) -> None:
    cells = [[298.15, 297.15, 296.15], [295.15, 294.15, 293.15]]
    layer = "temperatura_notte_osservata"
    page = text(
        web.get(send(web, night(tmp_path / "k.tif", cells), f"/conoscere/livelli/{layer}/aggiungi").url)
    )
    assert "Ripara e aggiungi</button>" in page
    assert 'id="motivo"' not in page
    assert "Le temperature sembrano kelvin (la mediana è" in page
    assert "il livello non ha ancora alcuna versione" in page


def test_what_mending_would_empty_is_not_offered_to_be_mended(
    web: Client, lake: Lake, tmp_path: Path
) -> None:
    """All the cells of 2,5 °C at most: the norms expect 5-40 °C here."""
    layer = "temperatura_notte_osservata"
    cold = night(tmp_path / "gelo.tif", [[2.0, 1.0, 0.5], [2.5, 1.5, 0.0]])
    page = text(web.get(send(web, cold, f"/conoscere/livelli/{layer}/aggiungi").url))
    assert "Ripara e aggiungi</button>" not in page
    assert "Conferma e aggiungi</button>" in page
    assert (
        joined("Qui i valori consueti sono 5-40 °C. Nel file queste celle hanno da 0,0 °C a 2,5 °C.") in page
    )
    assert "celle su" in page
    assert "Sono tutte: ripararle non lascerebbe alcun dato." in page
    assert ">Elemento<" not in page


def test_what_is_unusual_only_in_part_can_be_mended(web: Client, lake: Lake, tmp_path: Path) -> None:
    layer = "temperatura_notte_osservata"
    cold = night(tmp_path / "gelo.tif", [[2.0, 21.0, 20.5], [22.5, 21.5, 20.0]])
    page = text(web.get(send(web, cold, f"/conoscere/livelli/{layer}/aggiungi").url))
    assert "Ripara e aggiungi</button>" in page
    assert joined("Nel file queste celle hanno 2,0 °C.") in page


def test_an_endless_reason_is_refused_as_the_command_does(web: Client, lake: Lake, tmp_path: Path) -> None:
    layer = "temperatura_notte_osservata"
    cold = night(tmp_path / "gelo.tif", [[2.0, 1.0, 0.5], [2.5, 1.5, 0.0]])
    place = send(web, cold, f"/conoscere/livelli/{layer}/aggiungi").url
    assert f'maxlength="{LONGEST_REASON}"' in text(web.get(place))
    address = f"/conoscere/arrivi/{place.rpartition('/')[2]}/conferma"
    answer = web.post(address, {"motivo": "a" * (LONGEST_REASON + 1)})
    assert answer.status_code == 400
    assert "non più di 300 caratteri" in text(answer)
    assert "Pubblicata" in text(web.get(web.post(address, {"motivo": "a" * LONGEST_REASON}).url))
