"""The register of redrawn perimeters: proposals, everything proposed and decided, answers on the spot."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models

from trama.apps.writes import Written


class Kept(models.Model):
    """A row of history: written once, never changed, never taken away."""

    class Meta:
        """Not a table of its own."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; a second time is a mistake of the program."""
        if not self._state.adding:
            raise TypeError("a row of history is never changed")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> Any:
        """Refuse: history is kept."""
        raise TypeError("a row of history is never taken away")


class Proposta(Written):
    """A perimeter that a comune redraws for a LUM. Its id cannot be guessed, and is its address.

    `document` is what the page holds (``geometria`` in degrees, ``motivazione``); `geometry` the same area as
    WKB, EPSG:32632, where it can be read. `checks` are the last checks, `passed` whether all hold. `fermate`
    and `dove` are the stops it was begun for and where they were: a code alone does not say which.
    """

    DRAFT, SENT, RETURNED = "bozza", "inviata", "rinviata"
    ACCEPTED, SUPERSEDED, WITHDRAWN = "accolta", "superata", "ritirata"
    STATES: ClassVar = [(state, state) for state in (DRAFT, SENT, RETURNED, ACCEPTED, SUPERSEDED, WITHDRAWN)]
    OPEN = (DRAFT, SENT, RETURNED)
    EDITABLE = (DRAFT, RETURNED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    codice = models.CharField(max_length=120)
    nome = models.CharField(max_length=200)
    istat = models.CharField(max_length=6)
    comune = models.CharField(max_length=120)
    fermate = models.TextField(blank=True)
    dove = models.CharField(max_length=40, blank=True)
    stato = models.CharField(max_length=20, choices=STATES, default=DRAFT)
    document = models.JSONField(default=dict)
    geometry = models.BinaryField(null=True)
    area_m2 = models.FloatField(null=True)
    checks = models.JSONField(default=list)
    passed = models.BooleanField(default=False)
    atto = models.CharField(max_length=300, blank=True)
    data_atto = models.DateField(null=True)
    chi = models.CharField(max_length=120, blank=True)
    ente = models.CharField(max_length=120, blank=True)
    motivo = models.CharField(max_length=1000, blank=True)
    accolta_da = models.CharField(max_length=250, blank=True)
    accolta_il = models.DateField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Any]]
    passi: Any

    class Meta:
        ordering = ["-updated"]
        verbose_name = "proposta di perimetro"
        verbose_name_plural = "proposte di perimetro"
        indexes = [
            models.Index(fields=["-updated"], name="proposta_updated"),
            models.Index(fields=["codice", "stato"], name="proposta_lum"),
        ]

    def __str__(self) -> str:
        return f"{self.nome}, {self.comune}"

    @property
    def editable(self) -> bool:
        """Whether the comune may still change it."""
        return self.stato in self.EDITABLE


class Passo(Kept):
    """Something done to a proposal, kept for ever: who, when, what, with the area as it was."""

    SAVE, CONFLICT, SEND, RETURN = "salvataggio", "conflitto", "invio", "rinvio"
    ACCEPT, WITHDRAW, SUPERSEDE, RECOVER = "accoglimento", "ritiro", "superamento", "ripresa"
    KINDS: ClassVar = [
        (kind, kind) for kind in (SAVE, CONFLICT, SEND, RETURN, ACCEPT, WITHDRAW, SUPERSEDE, RECOVER)
    ]
    DECISIONS = (SEND, RETURN, ACCEPT, WITHDRAW, SUPERSEDE)

    proposta = models.ForeignKey(Proposta, on_delete=models.PROTECT, related_name="passi")
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=KINDS)
    motivo = models.CharField(max_length=1000, blank=True)
    chi = models.CharField(max_length=120)
    ente = models.CharField(max_length=120, blank=True)
    atto = models.CharField(max_length=300, blank=True)
    data_atto = models.DateField(null=True)
    document = models.JSONField(default=dict)
    area_m2 = models.FloatField(null=True)
    checks = models.JSONField(default=list)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = "passo"
        verbose_name_plural = "passi"

    def __str__(self) -> str:
        return f"{self.proposta_id}, {self.kind}"


class Rilievo(Kept):
    """An answer given on the spot; the latest to a question stands, the others remain."""

    codice = models.CharField(max_length=120)
    domanda = models.CharField(max_length=60)
    risposta = models.CharField(max_length=60, blank=True)
    nota = models.CharField(max_length=500, blank=True)
    chi = models.CharField(max_length=120)
    ente = models.CharField(max_length=120)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = "rilievo"
        verbose_name_plural = "rilievi"
        indexes = [models.Index(fields=["codice", "domanda"], name="rilievo_lum")]

    def __str__(self) -> str:
        return f"{self.codice}, {self.domanda}: {self.risposta}"
