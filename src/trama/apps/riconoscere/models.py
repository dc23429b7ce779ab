"""The register of evaluations: one row each, and every save kept."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from trama.apps.writes import Written

LOCAL_OPERATOR = "operatore locale"


class SavedState(models.Model):
    """What a person has said of an intervention: its area, its project, the answers, the day of the law.

    The area is WKB in EPSG:32632; `properties` holds ``tipologie``, ``stato_attuale`` and ``progetto`` as the
    intervention's file format names them; `answers` the answers by sheet; `pins` the layer versions it is
    measured on (layer id → version); `outcomes`, by sheet, the outcome (``esito``) and its ``trace``.
    """

    nome = models.CharField(max_length=200, blank=True)
    geometry = models.BinaryField(null=True)
    properties = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    day = models.DateField()
    pins = models.JSONField(default=dict)
    outcomes = models.JSONField(default=dict)

    class Meta:
        abstract = True


class Valutazione(Written, SavedState):
    """An evaluation in progress or done. Its id cannot be guessed, and is its address.

    One drawing serves all the sheets that share its surfaces; `sheet` is the one it was begun with.
    A save names the revision it starts from, and is refused if another's came first. `results` are the last
    answers as given to the person, by sheet; `problems` what stood in the way of more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sheet = models.CharField(max_length=80)
    west = models.FloatField(null=True)
    south = models.FloatField(null=True)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)
    area_m2 = models.FloatField(null=True)
    results = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    who = models.CharField(max_length=120, default=LOCAL_OPERATOR)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    versions: models.Manager[Any]

    class Meta:
        ordering = ["-updated"]
        verbose_name = "valutazione"
        verbose_name_plural = "valutazioni"
        indexes = [
            models.Index(fields=["-updated"], name="valutazione_updated"),
            models.Index(fields=["west", "east", "south", "north"], name="valutazione_bbox"),
        ]

    def __str__(self) -> str:
        return self.nome or "intervento senza nome"

    @property
    def result(self) -> dict[str, Any] | None:
        """The answer of the sheet it was begun with, else of any other; None where there is none."""
        found: dict[str, Any] | None = self.results.get(self.sheet) or next(iter(self.results.values()), None)
        return found


class ValutazioneVersione(SavedState):
    """A save, kept for ever: who, when, what. Those that lost a race are kept too (`CONFLICT`)."""

    SAVE, CONFLICT, RENEWAL, RECOVERY = "salvataggio", "conflitto", "rivalutazione", "ripresa"
    KINDS = [(kind, kind) for kind in (SAVE, CONFLICT, RENEWAL, RECOVERY)]

    valutazione = models.ForeignKey(Valutazione, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=KINDS)
    what = models.CharField(max_length=300, blank=True)
    who = models.CharField(max_length=120, default=LOCAL_OPERATOR)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = "versione"
        verbose_name_plural = "versioni"
        constraints = [
            models.UniqueConstraint(
                fields=["valutazione", "revision"],
                condition=~models.Q(kind="conflitto"),
                name="una_versione_per_revisione",
            )
        ]

    def __str__(self) -> str:
        return f"{self.valutazione_id}, revisione {self.revision} ({self.kind})"
