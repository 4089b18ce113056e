"""What can be wrong with a ledger or a statement; the message of each says what, where, and what to do."""


class LedgerError(Exception):
    """The ledger, or a statement, cannot be believed as it stands."""


class MalformedError(LedgerError):
    """The bytes are not of the form that they should have."""


class NoLedgerError(LedgerError):
    """There is none here, and none was seen: nothing is said against it, and nothing could be looked at."""


class NoSuchEntryError(LedgerError):
    """The ledger has no entry of the number that somebody named."""


class TooLargeError(LedgerError):
    """It is larger than a ledger can hold."""


class UntrustedError(LedgerError):
    """Nobody who is trusted signed it, or it is another ledger than the one meant."""


class AlteredError(LedgerError):
    """What lies in the ledger is not what its checkpoint was signed for."""


class ForkedError(LedgerError):
    """The ledger does not hold what was already seen of it, or what an anchor says it held."""
