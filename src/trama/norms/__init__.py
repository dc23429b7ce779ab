"""The grammar of dated law: parameters, sheets, cases; the loader, the timeline, the evaluation."""

from trama.norms.book import NormBook, NormsPackage, load_book, load_parameter
from trama.norms.parameters import InForce

__all__ = ["InForce", "NormBook", "NormsPackage", "load_book", "load_parameter"]
