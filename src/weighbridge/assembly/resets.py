"""The reset of one repository, as what is trusted says it, and how far it has come."""

from datetime import datetime

from msgspec import Struct

from weighbridge.adapters.git.repository import GitRepository
from weighbridge.app.build_trust import trust_at_target
from weighbridge.app.ports import UnknownRevisionError
from weighbridge.app.trace_reset import Protected, trace_reset
from weighbridge.assembly.bench import Bench, SystemClock, organisation_folder
from weighbridge.assembly.desks import desk_of
from weighbridge.assembly.policies import policy_in_force, reset_in
from weighbridge.domain.trust import Trust, TrustSource
from weighbridge.policy.reset import RESET_PATH, Reset
from weighbridge.policy.reset_progress import ResetProgress


class TrustedReset(Struct, frozen=True, kw_only=True):
    """What is trusted, the reset in it if there is one, and whether that is the organisation's."""

    trust: Trust
    reset: Reset | None
    is_given: bool


class Status(Struct, frozen=True, kw_only=True):
    """How far a reset has come; `has_ledger` is whether there was one to find decisions in."""

    progress: ResetProgress
    has_ledger: bool
    notices: tuple[str, ...] = ()


def trusted_reset(repository: GitRepository, *, target: str = "") -> TrustedReset:
    """The reset at the tip of the protected branch, or the organisation's. Raises `RepositoryError`, `ConfigurationError`."""
    trust = trust_at_target(repository, target=target, organisation=organisation_folder())
    document = trust.document(RESET_PATH)
    return TrustedReset(
        trust=trust,
        reset=reset_in(trust),
        is_given=document is not None and document.source is TrustSource.ORGANISATION,
    )


def status_of(bench: Bench, reset: Reset, *, trust: Trust) -> Status:
    """How far it has come by now.

    Raises:
        RepositoryError: there is no protected branch, or git could not tell what it holds.
        LedgerError: the ledger is not to be believed.
        LedgerFilesError: it could not be read.
    """
    from weighbridge.policy.reading.reset import reset_rules  # noqa: PLC0415 - where there is one

    if trust.target is None:
        raise UnknownRevisionError(f"there is no branch to look at: {trust.target_reason}")
    protected = Protected(
        trunk=bench.repository, tip=trust.target, components=bench.see_at(trust.target, trust).components
    )
    with desk_of(bench.repository, trust, policy=policy_in_force(trust)) as desk:
        ledger = desk.open()
        found = trace_reset(reset, protected, ledger=ledger, rules=reset_rules(), now=now())
    notices = tuple(notice.words for notice in ledger.notices) if ledger else ()
    return Status(progress=found, has_ledger=ledger is not None, notices=notices)


def now() -> datetime:
    """The machine's time, in whole seconds."""
    return SystemClock().now().replace(microsecond=0)
