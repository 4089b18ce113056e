"""Check a policy before it decides anything: everything wrong with it, and what can hardly be meant."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from weighbridge.app.build_trust import read_allowed_signers
from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.owners.read import handle_names, read_owners, team_names
from weighbridge.ledger.people import Roster
from weighbridge.ledger.settings_file import LedgerSettings
from weighbridge.policy.doubts.find import PlacedDoubt, find_doubts
from weighbridge.policy.doubts.of_ledger import LedgerSays
from weighbridge.policy.doubts.of_paths import Tree
from weighbridge.policy.doubts.of_people import Known
from weighbridge.policy.reading.load import Loaded, Source, load_layers


class CheckedPolicy(Struct, frozen=True, kw_only=True):
    """A policy that loads, and the doubts about it."""

    loaded: Loaded
    doubts: tuple[PlacedDoubt, ...]


class Beside(Struct, frozen=True, kw_only=True):
    """What lies beside a policy: who is enrolled by a document and by the ledger, who owns code, files, the ledger's settings.

    None is for what is not there; for `roster`, where no ledger was read.
    """

    signers: bytes | None
    roster: Roster | None = None
    owners: tuple[bytes, str] | None = None
    """The CODEOWNERS with its path."""
    tree: Tree | None = None
    ledger: LedgerSettings = LedgerSettings()


def check_policy(sources: Sequence[Source], beside: Beside | None, *, now: datetime) -> CheckedPolicy:
    """The policy of `sources`, the lowest first, and what can hardly be meant of it beside the rest, where that is known.

    Raises:
        ConfigurationError: holding every problem of every source.
    """
    loaded = load_layers(sources)
    if beside is None:
        return CheckedPolicy(loaded=loaded, doubts=find_doubts(loaded, now=now))
    owners = read_owners(beside.owners[0], RepoPath(beside.owners[1])) if beside.owners else None
    roster, settings = beside.roster, beside.ledger
    enrolled = () if beside.signers is None else tuple(read_allowed_signers(beside.signers))
    known = Known(
        enrolled=enrolled if roster is None else _with_ledger(enrolled, roster, now=now),
        has_code_owners=beside.owners is not None,
        owner_teams=team_names(owners) if owners else (),
        owner_handles=handle_names(owners) if owners else (),
        has_ledger=roster is not None,
    )
    says = LedgerSays(
        is_anchored=settings.is_anchored,
        is_reported=lambda check: bool(settings.reporters_of(check)),
    )
    return CheckedPolicy(loaded=loaded, doubts=find_doubts(loaded, known, tree=beside.tree, ledger=says, now=now))


def _with_ledger(enrolled: Sequence[str], roster: Roster, *, now: datetime) -> tuple[str, ...]:
    """Those of the document but whom the ledger knows to have no key that counts, and whom it enrols besides."""
    people = dict.fromkeys(roster.people.values())
    gone = {person for person in people if not roster.is_enrolled(person, now)}
    kept = [name for name in enrolled if roster.person_of(name) not in gone]
    known = {roster.person_of(name) for name in kept}
    return (*kept, *(person for person in people if person not in gone and person not in known))
