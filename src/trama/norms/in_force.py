"""A parameter as it stands on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trama.kernel.citations import Citation, Status
    from trama.kernel.trace import ParameterUse


@dataclass(frozen=True, slots=True)
class InForce:
    """A parameter as it stands on a day."""

    path: str
    label: str
    value: Any
    unit: str
    kind: str
    since: date
    status: Status
    citation: Citation

    def use(self, *, only: str | None = None) -> ParameterUse:
        """Return the record of this use for a trace.

        Parameters
        ----------
        only
            For tables, the key of the row used: the trace then quotes that row, not the whole table.
        """
        from trama.kernel.trace import ParameterUse

        value = self.value.model_dump(exclude_none=True) if self.kind == "steps" else self.value
        path = self.path
        if only is not None and isinstance(value, dict):
            path, value = f"{path}[{only}]", value[only]
        return ParameterUse(path, self.label, value, self.unit, self.since, self.status, self.citation)
