"""What a scenario may get wrong, and what to do."""

from __future__ import annotations

from trama.kernel.errors import BadInput, NotFound


class UnknownSolution(NotFound):
    """The catalogue holds no such solution on that day."""

    it = "La soluzione «{what}» non è nel catalogo. Identificativi ammessi: {hint}."
    en = "Solution “{what}” is not in the catalogue. Known ids: {hint}."
    http_status = 400


class WrongDrawing(BadInput):
    """A solution drawn as another kind of thing."""

    it = "«{name}» si disegna come {wanted}: ridisegnarla."
    en = "“{name}” is drawn as {wanted}: draw it again."


class WrongQuantity(BadInput):
    """Another quantity written for what is measured on the drawing."""

    it = (
        "«{name}»: la quantità scritta è {given}, il disegno misura {drawn}. Di un'area la quantità è "
        "la sua superficie: togliere «quantita», o ridisegnarla."
    )
    en = "“{name}”: the quantity is {given}, the drawing measures {drawn}. Leave the quantity out, or redraw."


class Crowded(BadInput):
    """More pieces than there is room for where they are drawn."""

    it = (
        "«{name}»: {found} pezzi su {points}; attorno a un punto ne stanno al massimo {most}. Mettere almeno "
        "{needed} punti, dove i pezzi andranno davvero."
    )
    en = "“{name}”: {found} pieces on {points}; at most {most} fit around one. Put at least {needed} points."


class TooWide(BadInput):
    """The drawings lie too far from each other for one window."""

    it = (
        "I disegni si estendono per {found} km, al massimo {most}: tenere in uno scenario un luogo "
        "solo e fare degli altri altrettanti scenari."
    )
    en = "The drawings span {found} km, at most {most}: keep one place in a scenario."


class BadEvent(BadInput):
    """The rain asked for cannot be used."""

    it = "La pioggia «{what}» non è utilizzabile: scegliere {known}, oppure scrivere da 0,1 a {most} mm."
    en = "Rain “{what}” cannot be used: choose {known}, or write 0.1 to {most} mm."


class NothingDrawn(BadInput):
    """A scenario without any drawing has no effects."""

    it = "Lo scenario è vuoto: disegnare almeno una soluzione."
    en = "The scenario is empty: draw at least one solution."
