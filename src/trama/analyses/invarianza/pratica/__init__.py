"""The file for the municipality: the request, the checks, the answer, the documents."""

from trama.analyses.invarianza.pratica.outcome import Outcome, run
from trama.analyses.invarianza.pratica.reading import parse_pratica, read_pratica, validated
from trama.analyses.invarianza.pratica.request import Pratica

__all__ = ["Outcome", "Pratica", "parse_pratica", "read_pratica", "run", "validated"]
