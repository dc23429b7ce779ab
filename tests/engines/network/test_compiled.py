"""Kernels compile also where nothing may be written."""

from __future__ import annotations

import numpy as np
import pytest
from numba.core import caching

from trama.engines.network.compiled import kernel


def test_a_system_that_is_read_only_compiles_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching.CompileResultCacheImpl, "_locator_classes", [])

    def total(values: np.ndarray) -> int:
        found = 0
        for value in values:
            found += value
        return found

    assert kernel(total)(np.arange(4)) == 6
