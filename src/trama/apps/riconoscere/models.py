"""The register of evaluations: one row each, and every save kept."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

LOCAL_OPERATOR = "operatore locale"


class SavedState(models.Model):
    """What a person has said of an intervention: its area, its project, the answers, the day of the law.

    The area is WKB in EPSG:32632; `properties` holds ``tipologie``, ``stato_attuale`` and ``progetto`` as the
    intervention's file format names them; `pins` the layer versions it is measured on (layer id → version).
    """

    nome = models.CharField(max_length=200, blank=True)
    geometry = models.BinaryField(null=True)
    properties = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    day = models.DateField()
    pins = models.JSONField(default=dict)
    outcome = models.CharField(max_length=60, blank=True)
    trace = models.CharField(max_length=20, blank=True)

    class Meta:
        abstract = True


class Valutazione(SavedState):
    """An evaluation in progress or done. Its id cannot be guessed, and is its address.

    `revision` grows by one at each save: a save names the revision it starts from, and is refused if another
    came first. `result` is the last answer as given to the person; `problems` what stood in the way of more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sheet = models.CharField(max_length=80)
    west = models.FloatField(null=True)
    south = models.FloatField(null=True)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)
    area_m2 = models.FloatField(null=True)
    result = models.JSONField(null=True)
    problems = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1)
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
