"""Saves signed as a page signs them: their own key, and the keys of those before whose answer was lost."""

from __future__ import annotations

from typing import Any

LOST, NEXT, OTHER = "a" * 32, "b" * 32, "c" * 32


def signed(key: str, *unheard: str) -> dict[str, Any]:
    """Headers of a save, as Django's test client takes them."""
    return {"headers": {"Idempotency-Key": key, "Trama-In-Sospeso": " ".join(unheard)}}
