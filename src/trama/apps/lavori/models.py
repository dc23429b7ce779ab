"""The register of long work: what was asked, how far it is, what came of it."""

from __future__ import annotations

import uuid

from django.db import models

LOCAL_OPERATOR = "operatore locale"


class State(models.TextChoices):
    """Where a piece of work is; from `HANDING_OVER` on it cannot be cancelled."""

    WAITING = "attesa", "in attesa"
    RUNNING = "corso", "in corso"
    HANDING_OVER = "consegna", "in consegna"
    DONE = "concluso", "concluso"
    REFUSED = "non_riuscito", "non riuscito"
    CANCELLED = "annullato", "annullato"
    INTERRUPTED = "interrotto", "interrotto"
    BROKEN = "guasto", "guasto"


ACTIVE = (State.WAITING, State.RUNNING, State.HANDING_OVER)
STOPPABLE = (State.WAITING, State.RUNNING)


class Lavoro(models.Model):
    """A piece of work. Its id cannot be guessed, and is its address.

    `kind` names who does it (`trama.apps.lavori.kinds`); `key` what it is about: of two active ones with the
    same key the second does not exist. `request` is what was asked, enough to do it again; `result` what the
    kind left; `sentence` why it ended without one, and `trouble` the name and the fields of the error.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    request = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    message = models.CharField(max_length=300, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    sentence = models.TextField(blank=True)
    trouble = models.JSONField(default=dict)
    process = models.PositiveIntegerField(null=True)
    who = models.CharField(max_length=120, default=LOCAL_OPERATOR)
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created"]
        verbose_name = "lavoro"
        verbose_name_plural = "lavori"
        indexes = [models.Index(fields=["-created"], name="lavoro_created")]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(state__in=["attesa", "corso", "consegna"]),
                name="un_lavoro_attivo_per_chiave",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def active(self) -> bool:
        """Whether it is still going on."""
        return self.state in ACTIVE

    @property
    def stoppable(self) -> bool:
        """Whether it can still be cancelled."""
        return self.state in STOPPABLE

    @property
    def repeatable(self) -> bool:
        """Whether it ended without a result for a reason that may not be there the next time."""
        return self.state in (State.CANCELLED, State.INTERRUPTED, State.BROKEN)
