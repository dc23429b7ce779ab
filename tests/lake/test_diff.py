"""What changed between two versions, checked against counts and areas computed by hand."""

import json

import numpy as np
import pytest
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from trama.lake.diff import compare
from trama.lake.errors import SchemaMismatch


def test_rows_added_removed_and_changed_are_told_by_key(lake, areas, squares, put_table):
    old = squares(4)
    new = squares(5).iloc[[4, 3, 1, 2]].copy()  # 000 goes, 004 comes, the order changes
    new.loc[1, "quota"] = 0.75
    new.loc[2, "geometry"] = box(500_400, 5_000_000, 500_420, 5_000_100)  # was 100 m wide, is 20
    new.loc[3, "quota"] = old.loc[3, "quota"]
    change = compare(put_table(areas, old), put_table(areas, new))
    assert change.added == ("004",)
    assert change.removed == ("000",)
    assert [row.key for row in change.changed] == ["001", "002"]
    assert change.changed[0].fields == {"quota": (pytest.approx(1 / 3), 0.75)}
    assert change.changed[0].shape == {}
    assert change.changed[1].shape == {"differenza_m2": 8000.0, "area_m2": [10_000.0, 2000.0]}
    assert change.unchanged == 1
    assert change.changed_area_m2 == 8000.0


def test_a_table_difference_reads_as_json_and_as_italian(lake, areas, squares, put_table):
    new = squares(3)
    new.loc[0, "quota"] = np.nan
    change = compare(put_table(areas, squares(3)), put_table(areas, new))
    document = json.loads(json.dumps(change.to_json(), allow_nan=False))
    assert document["cambiate"] == [{"id": "000", "campi": {"quota": [0.0, None]}, "geometria": None}]
    assert document["conteggi"] == {"aggiunte": 0, "tolte": 0, "cambiate": 1, "invariate": 2}
    assert "da v0001 a v0002: 0 elementi aggiunti, 0 tolti, 1 cambiati, 2 invariati" in change.to_text()
    assert "000: quota: 0.0 → None" in change.to_text()


def test_a_polygon_drawn_from_another_corner_has_not_changed(areas, squares, put_table, by_hand):
    from dataclasses import replace

    new = squares(3)
    new["geometry"] = new.geometry.reverse()
    change = compare(put_table(areas, squares(3)), put_table(areas, new, replace(by_hand, who="altri")))
    assert change.same


def test_without_a_single_key_rows_are_compared_as_wholes(areas, squares, put_table):
    old, new = squares(4), squares(4)
    old["codice"] = new["codice"] = "x"
    new.loc[3, "quota"] = 9.0
    change = compare(put_table(areas, old), put_table(areas, new))
    assert (change.by, change.added, change.removed, change.unchanged) == (
        "contenuto",
        ("riga 4",),
        ("riga 4",),
        3,
    )


def test_cells_are_told_by_class_and_area(lake, cover, put_raster):
    old = np.array([[2, 2, 3], [2, 0, 3]], "uint16")
    new = np.array([[2, 5, 5], [2, 7, 0]], "uint16")
    change = lake.diff(put_raster(cover, old), put_raster(cover, new))
    assert change.transitions == {(2, 5): 1, (3, 5): 1, (None, 7): 1, (3, None): 1}
    assert (change.cells, change.changed, change.appeared, change.vanished) == (6, 4, 1, 1)
    assert change.changed_share == pytest.approx(4 / 6)
    document = change.to_json()
    assert document["area_cambiata_m2"] == 400.0
    assert document["passaggi"][0] == {"da": 2, "a": 5, "celle": 1, "area_m2": 100.0}
    assert "senza dato → 7: 0,01 ha" in change.to_text()


def test_quantities_are_told_by_mean_and_largest_difference(lake, depth, put_raster):
    old = np.array([[1, 2], [3, np.nan]], "float32")
    new = np.array([[1, 4], [2.5, 8]], "float32")
    change = lake.diff(put_raster(depth, old, np.nan), put_raster(depth, new, np.nan))
    assert (change.changed, change.appeared) == (3, 1)
    assert change.mean == pytest.approx((0 + 2 - 0.5) / 3)
    assert change.largest == 2.0
    assert change.to_json()["tipo"] == "grandezza"


def test_rasters_on_different_grids_are_compared_at_the_nearest_cell(lake, cover, put_raster):
    old = np.array([[1, 2], [3, 4]], "uint16")
    fine = np.repeat(np.repeat(old, 2, 0), 2, 1)
    fine[0, 0] = 9
    change = lake.diff(
        put_raster(cover, old, transform=Affine(20, 0, 500_000, 0, -20, 5_040_000)), put_raster(cover, fine)
    )
    assert change.regridded
    assert change.transitions == {(1, 9): 1}
    assert change.cells == 16


def test_different_layers_are_not_compared(areas, cover, squares, put_table, put_raster):
    with pytest.raises(SchemaMismatch, match="è altro"):
        compare(put_table(areas, squares()), put_raster(cover, np.ones((2, 2), "uint16")))


cells = st.lists(st.integers(0, 4), min_size=12, max_size=12).map(
    lambda values: np.array(values, "uint16").reshape(3, 4)
)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=cells, new=cells)
def test_what_appears_one_way_vanishes_the_other(lake, cover, put_raster, old, new):
    one, two = put_raster(cover, old), put_raster(cover, new)
    forth, back = compare(one, two), compare(two, one)
    assert forth.changed == back.changed == int((old != new).sum())
    assert {(b, a): count for (a, b), count in forth.transitions.items()} == back.transitions
    assert sum(forth.transitions.values()) == forth.changed
