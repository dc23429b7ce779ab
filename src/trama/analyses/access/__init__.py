"""Access to services on foot: the fifteen minutes, supply against demand, inequality."""

from typing import TYPE_CHECKING

from trama.kernel.lazily import names_from

if TYPE_CHECKING:
    from trama.analyses.access.run import AccessResult, run_access, run_access_whole
else:
    __getattr__ = names_from(
        __name__,
        dict.fromkeys(("AccessResult", "run_access", "run_access_whole"), "trama.analyses.access.run"),
    )

__all__ = ["AccessResult", "run_access", "run_access_whole"]
