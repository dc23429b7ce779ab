"""What tests ask of the pages of access."""

from __future__ import annotations

from datetime import date

from django.test import Client
from pyproj import Transformer

from tests.analyses.access.small import place as spot

DAY = date(2026, 1, 15)


def text(site: Client, address: str) -> str:
    answer = site.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def post(site: Client, address: str, **body) -> tuple[int, dict]:
    answer = site.post(address, body, content_type="application/json")
    return answer.status_code, answer.json()


def degrees(node: int) -> list[float]:
    to_degrees = Transformer.from_crs(32632, 4326, always_xy=True)
    return list(to_degrees.transform(spot(node).x, spot(node).y))


QUESTION = {"che": "IST.PRI", "gruppo": "bambini", "minuti": 15}
