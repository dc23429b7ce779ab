"""Hydraulic invariance of an intervention: the regulation at a day, the hydraulics, the reasons."""

from trama.analyses.invarianza import answer
from trama.analyses.invarianza.assessment import Assessment, assess
from trama.analyses.invarianza.question import KINDS, LEFT_OUT, Question

__all__ = ["KINDS", "LEFT_OUT", "Assessment", "Question", "answer", "assess"]
