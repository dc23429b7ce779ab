"""The sentences that scripts say (``phrase("...")`` in frontend/src): handed to the page in its own language."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("Il documento non è pronto: {why}"),
    _("Il luogo proposto"),
    _("Il servizio ha avuto un inciampo. Riprovare tra poco."),
    _("Il servizio non risponde."),
    _("Punto segnato: si sposta trascinandolo."),
    _(
        "Un clic sulla mappa dove starebbe il servizio. Da tastiera: frecce per muovere la mappa, "
        "Invio per segnare il centro."
    ),
)
