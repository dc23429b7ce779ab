"""What can go wrong when access is computed, or asked about."""

from __future__ import annotations

from trama.kernel.errors import BadInput, Unavailable


class UnknownSet(BadInput):
    """No set of categories has that name."""

    it = "La serie «{given}» non c'è. Si può scegliere tra: {known}."
    en = "There is no set “{given}”. Choose among: {known}."


class NotSelectable(BadInput):
    """A published set whose members are not known."""

    it = "La serie «{given}» ({name}) non si può calcolare. {why} Si può scegliere tra: {known}."
    en = "Set “{given}” ({name}) cannot be computed: its members are not published. Choose among: {known}."


class UnknownGroup(BadInput):
    """No group of walkers has that name."""

    it = "Il gruppo «{given}» non c'è. Si può scegliere tra: {known}."
    en = "There is no group “{given}”. Choose among: {known}."


class UnknownDecay(BadInput):
    """No function of decay, or set of zones, has that name."""

    it = "Il decadimento «{given}» non c'è. Si può scegliere tra: {known}."
    en = "There is no decay “{given}”. Choose among: {known}."


class UnknownTarget(BadInput):
    """Neither a category of the set nor an entry of the taxonomy that the run computed."""

    it = "«{given}» non è né una categoria né una voce calcolata. Si può scegliere tra: {known}."
    en = "“{given}” is neither a category nor a computed entry. Choose among: {known}."


class BadMinutes(BadInput):
    """A threshold that is not one."""

    it = "La soglia di {given} minuti non si usa: deve stare tra {least} e {most}."
    en = "A threshold of {given} minutes is not used: it must lie between {least} and {most}."


class NotMinutes(BadInput):
    """A threshold that is no number, or is infinite."""

    it = "La soglia non è un numero di minuti: scriverne uno tra {least} e {most}."
    en = "The threshold is not a number of minutes: write one between {least} and {most}."


class AnotherPace(BadInput):
    """Journeys by public transport were measured for who walks otherwise."""

    it = (
        "Con i mezzi è calcolato solo il passo di «{ran}»: scegliere quel gruppo, oppure ricalcolare per "
        "«{group}» con «trama access run --gruppo {id}»."
    )
    en = (
        "By public transport only the pace of “{ran_en}” was computed: choose it, or run "
        "“trama access run --gruppo {id}”."
    )


class TooMany(BadInput):
    """More rows than memory is sure to hold."""

    it = (
        "«{layer}» ha {given} righe: l'accesso ne tratta al più {most}. Caricarne una parte, oppure usare "
        "«trama access nearest», che lavora sui file."
    )
    en = (
        "“{layer}” has {given} rows: access takes at most {most}. Load a part of it, or use "
        "“trama access nearest”, which works on files."
    )


class NobodyPlaced(BadInput):
    """No residents could be put on the network."""

    it = (
        "Nessun residente si può collocare sulla rete pedonale: controllare che «uso_suolo», "
        "«popolazione_eta» e «rete_pedonale_nodi» coprano gli stessi comuni."
    )
    en = "No resident can be placed on the walking network: check that people and network overlap."


class NoSupply(BadInput):
    """An entry without supply in the run."""

    it = "Di «{given}» questo calcolo non ha offerta: scegliere una voce della tabella dei posti."
    en = "This run has no supply of “{given}”: choose an entry of the table of places."


class NotComputed(Unavailable):
    """The tables of access are not there."""

    it = "L'accesso ai servizi non è ancora stato calcolato: eseguire «trama access run»."
    en = "Access to services has not been computed yet: run “trama access run”."


class NoRunOfThatSet(BadInput):
    """A set that was never computed here."""

    it = "La serie «{given}» qui non è ancora stata calcolata: avviarne il calcolo da questa pagina."
    en = "Set “{given}” has not been computed here yet: start its computation from this page."


class RunGone(BadInput):
    """The run that a page shows is not in the lake."""

    it = "La pagina mostra un calcolo che nel lake non c'è, o non è intero: ricaricarla."
    en = "The page shows a run that is not in the lake, or not whole: reload it."
    http_status = 409


class NotTheLatest(BadInput):
    """The page shows a run, and meanwhile there is a newer one."""

    it = "Nel frattempo l'accesso è stato ricalcolato: ricaricare la pagina, poi ripetere."
    en = "Access has been computed again meanwhile: reload the page, then try again."
    http_status = 409


class NothingToTry(BadInput):
    """A change is tried on a service one walks to."""

    it = "Un cambiamento si prova su un servizio che si raggiunge a piedi, e che riguarda il gruppo scelto."
    en = "A change is tried on a service reached on foot that is for the group chosen."


class TriedTwice(BadInput):
    """Two changes of one service."""

    it = "Il servizio «{given}» ha più di un cambiamento: lasciarne uno solo."
    en = "Service “{given}” has more than one change: leave one alone."


class NotOnTheNetwork(BadInput):
    """A point far from any street."""

    it = "Il punto è a più di {limit} m da ogni via: sceglierne uno vicino a una strada."
    en = "The point is more than {limit} m from any street: choose one near a street."


class NotThere(BadInput):
    """A service that is not among those asked about."""

    it = "Il servizio «{given}» non è tra quelli della domanda: sceglierne uno dalla scheda di un luogo."
    en = "Service “{given}” is not among those asked about: choose one from the card of a place."
