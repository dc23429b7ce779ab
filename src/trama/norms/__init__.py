"""The grammar of dated law: parameters, sheets, cases; the loader, the timeline, the evaluation."""

from typing import TYPE_CHECKING

from trama.kernel.lazily import names_from

if TYPE_CHECKING:
    from trama.norms.book import NormBook, load_book, load_parameter
    from trama.norms.in_force import InForce
    from trama.norms.package import NormsPackage
    from trama.norms.plain import value_in_force
else:  # a command that needs one value does not wait for the whole grammar
    __getattr__ = names_from(
        __name__,
        {
            "InForce": "trama.norms.in_force",
            "NormBook": "trama.norms.book",
            "NormsPackage": "trama.norms.package",
            "load_book": "trama.norms.book",
            "load_parameter": "trama.norms.book",
            "value_in_force": "trama.norms.plain",
        },
    )

__all__ = ["InForce", "NormBook", "NormsPackage", "load_book", "load_parameter", "value_in_force"]
