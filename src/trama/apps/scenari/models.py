"""The register of scenarios: what was drawn, and its effects as last computed."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models

from trama.apps.writes import Written

LOCAL_OPERATOR = "operatore locale"


class Scenario(Written):
    """A scenario. Its id cannot be guessed, and is its address.

    `document` is the scenario as its file holds it (GeoJSON in degrees, see `trama.sources.scenarios`);
    `geometry` is WKB of everything drawn, EPSG:32632, with its box. `result` is the last answer, `problem`
    what stood in its way.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    nome = models.CharField(max_length=200, blank=True)
    document = models.JSONField(default=dict)
    geometry = models.BinaryField(null=True)
    west = models.FloatField(null=True)
    south = models.FloatField(null=True)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)
    area_m2 = models.FloatField(null=True)
    day = models.DateField()
    result = models.JSONField(null=True)
    problem = models.CharField(max_length=600, blank=True)
    trace = models.CharField(max_length=20, blank=True)
    who = models.CharField(max_length=120, default=LOCAL_OPERATOR)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Any]]

    class Meta:
        ordering = ["-updated"]
        verbose_name = "scenario"
        verbose_name_plural = "scenari"
        indexes = [
            models.Index(fields=["-updated"], name="scenario_updated"),
            models.Index(fields=["west", "east", "south", "north"], name="scenario_bbox"),
        ]

    def __str__(self) -> str:
        return self.nome or "scenario senza nome"
