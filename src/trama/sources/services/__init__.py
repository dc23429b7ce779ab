"""Services: lists, official registers and OpenStreetMap tags, as rows of the atlas with what each covers."""

from trama.sources.services.registers import REGISTERS, VOICES, Register, registers_of
from trama.sources.services.taxonomy import TAXONOMY, Taxonomy

SERVICES = "servizi"
"""Kind of source of the layers of services and of their coverage."""

__all__ = ["REGISTERS", "SERVICES", "TAXONOMY", "VOICES", "Register", "Taxonomy", "registers_of"]
