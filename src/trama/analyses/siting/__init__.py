"""Where a service should stand: the best places for the next ones, and what any place is worth."""

from typing import TYPE_CHECKING

from trama.kernel.lazily import names_from

if TYPE_CHECKING:
    from trama.analyses.siting.search import Found, best_sites, sites_given
    from trama.analyses.siting.wanted import Wanted
else:
    __getattr__ = names_from(
        __name__,
        {
            **dict.fromkeys(("Found", "best_sites", "sites_given"), "trama.analyses.siting.search"),
            "Wanted": "trama.analyses.siting.wanted",
        },
    )

__all__ = ["Found", "Wanted", "best_sites", "sites_given"]
