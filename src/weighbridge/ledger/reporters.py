"""Who may report what an external check came to: writers whom Trust names, each for the checks that it names them for."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from msgspec import Struct

from weighbridge.ledger.envelope import Envelope
from weighbridge.ledger.verifier_keys import VerifierKey


class Reporter(Struct, frozen=True, kw_only=True):
    """A writer's key, and the names of the checks that it may report on, as globs."""

    key: VerifierKey
    checks: tuple[str, ...] = ("*",)

    def may_report(self, check: str) -> bool:
        """Whether it is named for this check."""
        return any(fnmatchcase(check, pattern) for pattern in self.checks)


def reporters_of(
    check: str, reporters: Sequence[Reporter], *, writers: Sequence[VerifierKey]
) -> tuple[VerifierKey, ...]:
    """Whose word counts on a check: every writer's where nobody is named for any."""
    if not reporters:
        return tuple(writers)
    return tuple(each.key for each in reporters if each.key in writers and each.may_report(check))


def signer_of(envelope: Envelope, keys: Sequence[VerifierKey]) -> VerifierKey | None:
    """Which of these keys signed it; None where none did."""
    return next((key for key in keys if envelope.is_by((key,))), None)
