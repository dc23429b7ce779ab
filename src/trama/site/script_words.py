"""Sentences that scripts say (``phrase("...")`` in frontend/src): handed to the page in its language."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("Apre un servizio"),
    _("Chiude {name}"),
    _("I minuti da questo punto non si sono letti: riprovare."),
    _("I minuti da qui"),
    _("I servizi di oggi non si sono letti: ricaricare la pagina."),
    _("Il documento non è pronto: {why}"),
    _("Il luogo proposto"),
    _("Il servizio ha avuto un inciampo. Riprovare tra poco."),
    _("Il servizio non risponde."),
    _("Luogo {n}, {comune}"),
    _("Ora l'altro capo del passaggio."),
    _("Punto segnato: si sposta trascinandolo."),
    _("Questo browser non può disegnare la mappa: i luoghi sono nella tabella."),
    _("Scegliere il servizio dall'elenco che appare scrivendo."),
    _("Scrivere longitudine e latitudine in gradi, come 9,1712 45,5431."),
    _("Se chiudesse"),
    _("Se si spostasse"),
    _("Si sposta {name}"),
    _("Togli"),
    _("Un capo del passaggio"),
    _("Un clic su un capo, poi sull'altro. Esc lascia perdere."),
    _("Un clic sulla mappa dove andrebbe {name}. Da tastiera: Invio al centro della mappa."),
    _("Un clic sulla mappa dove aprirebbe. Da tastiera: Invio al centro della mappa."),
    _(
        "Un clic sulla mappa dove starebbe il servizio. Da tastiera: frecce per muovere la mappa, "
        "Invio per segnare il centro."
    ),
    _("Un passaggio nuovo"),
)
