"""The register of files: one row each, and every save kept."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from trama.apps.riconoscere.models import LOCAL_OPERATOR
from trama.apps.writes import Written


class Saved(models.Model):
    """What was said: the request, as `trama.analyses.invarianza.pratica` writes it, and the day."""

    nome = models.CharField(max_length=300, blank=True)
    request = models.JSONField(default=dict)
    day = models.DateField()
    outcome = models.CharField(max_length=40, blank=True)
    trace = models.CharField(max_length=20, blank=True)

    class Meta:
        abstract = True


class Pratica(Written, Saved):
    """A file in progress or done. Its id cannot be guessed, and is its address.

    A save names the revision it starts from. `result` is the answer as given to the person; `problem` what
    stood in its way.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    result = models.JSONField(null=True)
    problem = models.CharField(max_length=1000, blank=True)
    who = models.CharField(max_length=120, default=LOCAL_OPERATOR)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    versions: models.Manager[Any]

    class Meta:
        ordering = ["-updated"]
        verbose_name = "pratica"
        verbose_name_plural = "pratiche"
        indexes = [models.Index(fields=["-updated"], name="pratica_updated")]

    def __str__(self) -> str:
        return self.nome or "intervento senza nome"


class PraticaVersione(Saved):
    """A save, kept for ever: who, when, what. Those that lost a race are kept too (`CONFLICT`)."""

    SAVE, CONFLICT, RECOVERY = "salvataggio", "conflitto", "ripresa"
    KINDS = [(kind, kind) for kind in (SAVE, CONFLICT, RECOVERY)]

    pratica = models.ForeignKey(Pratica, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=KINDS)
    what = models.CharField(max_length=300, blank=True)
    who = models.CharField(max_length=120, default=LOCAL_OPERATOR)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = "versione"
        verbose_name_plural = "versioni"

    def __str__(self) -> str:
        return f"{self.pratica_id}, revisione {self.revision} ({self.kind})"
